import Foundation

extension Transaction {
    /// Counts an attempt as failed before it is looked at, so that many at once cannot slip past the delay;
    /// ``forgetFailures(of:in:)`` or ``takeBack(_:in:)`` undoes it.
    ///
    /// Throws ``StoreError/tooManyAttempts(retryAfter:)`` or ``StoreError/onlyKnownBrowsers``, and counts nothing, while
    /// the attempt has to wait.
    func claimAttempt(
        on account: String,
        from source: SignInSource,
        in store: Store
    ) throws(StoreError) -> Attempt {
        let attempt = Attempt(account: account, counters: try counters(for: account, source, in: store.organisation))
        let kept = try failures(of: attempt, in: store)
        for counter in attempt.counters {
            guard let until = kept[counter]?.blockedUntil, until > store.time else { continue }
            guard counter != .everyUnknownBrowser else { throw .onlyKnownBrowsers }
            throw .tooManyAttempts(retryAfter: Int(until.timeIntervalSince(store.time).rounded(.up)))
        }
        for counter in attempt.counters {
            try count(counter, failures: (kept[counter]?.failures ?? 0) + 1, of: account, in: store)
        }
        try forgetOldFailures(in: store)
        return attempt
    }

    /// After a sign-in: this network or browser begins anew, and so does what all unknown browsers have together. What the
    /// network failed on other accounts stays, or one right password would pay for thirty wrong ones.
    func forgetFailures(of attempt: Attempt, in store: Store) throws(StoreError) {
        try takeBack(attempt, in: store)
        let counters = attempt.counters.map(\.text) + [AttemptCounter.everyUnknownBrowser.text]
        try run(
            """
            DELETE FROM sign_in_failure
            WHERE organisation_id = \(store.organisation.id) AND account = \(attempt.account)
                AND counter IN (\(SQL.list(counters)))
            """
        )
    }

    /// The attempt was right, but is not yet a sign-in: it counts neither way.
    func takeBack(_ attempt: Attempt, in store: Store) throws(StoreError) {
        try run(
            """
            UPDATE sign_in_failure SET failures = failures - 1, blocked_until = \(store.time)
            WHERE organisation_id = \(store.organisation.id) AND account IN (\(attempt.account), '')
                AND counter IN (\(SQL.list(attempt.counters.map(\.text))))
            """
        )
    }

    /// Somebody else made sure of the account: Okta, an owner, the command line.
    func forgetFailuresOfUnknownBrowsers(on account: String, in organisation: Organisation) throws(StoreError) {
        try run(
            """
            DELETE FROM sign_in_failure
            WHERE organisation_id = \(organisation.id) AND account = \(account)
                AND counter = \(AttemptCounter.everyUnknownBrowser.text)
            """
        )
    }

    func forgetAllFailures(on account: String, in organisation: Organisation) throws(StoreError) {
        try run("DELETE FROM sign_in_failure WHERE organisation_id = \(organisation.id) AND account = \(account)")
    }

    /// What networks failed on all accounts together.
    func forgetFailuresOfNetworks(in organisation: Organisation) throws(StoreError) {
        try run("DELETE FROM sign_in_failure WHERE organisation_id = \(organisation.id) AND account = ''")
    }

    private func counters(
        for account: String,
        _ source: SignInSource,
        in organisation: Organisation
    ) throws(StoreError) -> [AttemptCounter] {
        let hash = Token.digest(source.knownBrowser ?? "")
        let known = try count(
            """
            SELECT COUNT(*) AS count FROM known_browser JOIN administrator USING (organisation_id, administrator_id)
            WHERE known_browser.organisation_id = \(organisation.id) AND email = \(account) AND cookie_hash = \(hash)
            """
        )
        return known > 0
            ? [.knownBrowser(hash)]
            : [.network(source.network), .networkOnEveryAccount(source.network), .everyUnknownBrowser]
    }

    private func failures(
        of attempt: Attempt,
        in store: Store
    ) throws(StoreError) -> [AttemptCounter: (failures: Int, blockedUntil: Date)] {
        let byText = Dictionary(uniqueKeysWithValues: attempt.counters.map { ($0.text, $0) })
        var kept: [AttemptCounter: (failures: Int, blockedUntil: Date)] = [:]
        try forEach(
            """
            SELECT counter, failures, blocked_until, last_failed_at FROM sign_in_failure
            WHERE organisation_id = \(store.organisation.id) AND account IN (\(attempt.account), '')
                AND counter IN (\(SQL.list(byText.keys.sorted())))
            """
        ) { (row) throws(StoreError) in
            guard let counter = byText[try row.text("counter")],
                try store.time.timeIntervalSince(row.date("last_failed_at")) < Double(counter.forgottenAfter)
            else { return }
            kept[counter] = (try row.int("failures"), try row.date("blocked_until"))
        }
        return kept
    }

    private func count(
        _ counter: AttemptCounter,
        failures: Int,
        of account: String,
        in store: Store
    ) throws(StoreError) {
        let organisation = store.organisation.id
        let until = store.time.addingTimeInterval(Double(counter.wait(afterFailures: failures)))
        try run(
            """
            INSERT INTO sign_in_failure (organisation_id, account, counter, failures, last_failed_at, blocked_until)
            VALUES (\(organisation), \(counter.account(account)), \(counter.text), \(failures), \(store.time), \(until))
            ON CONFLICT (organisation_id, account, counter) DO UPDATE SET failures = excluded.failures,
                last_failed_at = excluded.last_failed_at, blocked_until = excluded.blocked_until
            """
        )
        switch counter {
        case .knownBrowser(let hash) where failures >= PasswordDelay.mostFromKnownBrowser:
            try run("DELETE FROM known_browser WHERE organisation_id = \(organisation) AND cookie_hash = \(hash)")
        case .everyUnknownBrowser where failures == PasswordDelay.mostFromUnknownBrowsers:
            guard try !administrators(where: "email = \(account)", in: store.organisation).isEmpty else { return }
            try record(
                action: "administrator.sign-in-limited",
                subject: account,
                new: "\(failures) wrong passwords or codes in a row; only known browsers may try",
                by: .system,
                in: store
            )
        default: break
        }
    }

    /// Keeps guessed e-mails from filling the table. What all unknown browsers failed on an account is forgotten where
    /// it is least, so that nobody clears it by guessing at many other accounts.
    private func forgetOldFailures(in store: Store) throws(StoreError) {
        let all = AttemptCounter.everyUnknownBrowser.text
        try forgetFailures(where: "counter <> \(all)", first: "last_failed_at", in: store)
        try forgetFailures(where: "counter = \(all)", first: "failures, last_failed_at", in: store)
    }

    private func forgetFailures(where condition: SQL, first order: SQL, in store: Store) throws(StoreError) {
        let those: SQL = "FROM sign_in_failure WHERE organisation_id = \(store.organisation.id) AND \(condition)"
        let excess = try count("SELECT COUNT(*) AS count \(those)") - PasswordDelay.mostRows
        guard excess > 0 else { return }
        try run(
            """
            DELETE \(those) AND (account, counter) IN (
                SELECT account, counter \(those) ORDER BY \(order), account, counter LIMIT \(excess))
            """
        )
    }
}
