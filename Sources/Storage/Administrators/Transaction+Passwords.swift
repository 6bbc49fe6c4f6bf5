import Foundation

extension Transaction {
    /// See ``Store/setPassword(of:to:except:by:)``.
    func setPassword(
        of id: Administrator.ID,
        to hash: PasswordHash,
        except session: Session.ID? = nil,
        by actor: Actor,
        in store: Store
    ) throws(StoreError) {
        let organisation = store.organisation
        let administrator = try administrator(id, in: organisation)
        try run(
            """
            UPDATE administrator SET password_hash = \(hash.text)
            WHERE organisation_id = \(organisation.id) AND administrator_id = \(id)
            """
        )
        try forgetFailures(of: administrator.email, in: organisation)
        try endSessions(
            of: .administrator(id),
            except: session,
            because: "The password was changed.",
            in: store
        )
        try record(
            action: "administrator.password-changed",
            subject: administrator.email,
            by: actor,
            in: store
        )
    }

    /// Counts an attempt as failed before its password is looked at, so that many at once cannot slip past the delay;
    /// ``forgetFailures(of:in:)`` takes it back.
    ///
    /// - Returns: The seconds to wait, and nothing counted, while the account is delayed; else the hash to compare
    ///   with, nil where the account has no password or does not exist.
    func claimAttempt(
        for account: String,
        in store: Store
    ) throws(StoreError) -> (retryAfter: Int?, hash: PasswordHash?) {
        let organisation = store.organisation.id
        let now = store.time
        let failed = try row(
            """
            SELECT failures, last_failed_at, blocked_until FROM login_failure
            WHERE organisation_id = \(organisation) AND account = \(account)
            """
        )
        if let until = try failed?.date("blocked_until"), until > now {
            return (Int(until.timeIntervalSince(now).rounded(.up)), nil)
        }
        let isRecent = try failed.map { (row) throws(StoreError) in
            try now.timeIntervalSince(row.date("last_failed_at")) < Double(PasswordDelay.forgottenAfter)
        }
        let failures = try isRecent == true ? (failed?.int("failures") ?? 0) + 1 : 1
        let until = now.addingTimeInterval(Double(PasswordDelay.seconds(afterFailures: failures)))
        try run(
            """
            INSERT INTO login_failure (organisation_id, account, failures, last_failed_at, blocked_until)
            VALUES (\(organisation), \(account), \(failures), \(now), \(until))
            ON CONFLICT (organisation_id, account) DO UPDATE SET failures = excluded.failures,
                last_failed_at = excluded.last_failed_at, blocked_until = excluded.blocked_until
            """
        )
        try forgetOldFailures(in: store)
        let hash = try row(
            "SELECT password_hash FROM administrator WHERE organisation_id = \(organisation) AND email = \(account)"
        )
        return try (nil, hash?.optionalText("password_hash").flatMap(PasswordHash.init(text:)))
    }

    func forgetFailures(of account: String, in organisation: Organisation) throws(StoreError) {
        try run("DELETE FROM login_failure WHERE organisation_id = \(organisation.id) AND account = \(account)")
    }

    /// Keeps guessed e-mails from filling the table.
    private func forgetOldFailures(in store: Store) throws(StoreError) {
        let organisation = store.organisation.id
        let count = try count("SELECT COUNT(*) AS count FROM login_failure WHERE organisation_id = \(organisation)")
        guard count > PasswordDelay.mostAccounts else { return }
        try run(
            """
            DELETE FROM login_failure WHERE organisation_id = \(organisation) AND account IN (
                SELECT account FROM login_failure WHERE organisation_id = \(organisation)
                ORDER BY last_failed_at, account LIMIT \(count - PasswordDelay.mostAccounts))
            """
        )
    }
}
