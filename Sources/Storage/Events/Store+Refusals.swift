import Crypto
import Foundation

extension Store {
    /// Records that somebody was refused.
    ///
    /// Anybody can be refused as often as they like, so equal refusals (account, address, step and reason) within a minute
    /// are one event, and a second one that says how many more there were, written once the minute is over
    /// (``concludeRefusals()``). Beyond ``RefusalLimit``, different ones count as one too.
    public func recordRefusal(_ refusal: SignInRefusal) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) -> Void in
            try transaction.concludeRefusals(in: self)
            try transaction.count(refusal, in: self)
        }
    }

    /// Writes the events of those repeated refusals whose minute is over.
    public func concludeRefusals() async throws(StoreError) {
        let due: SQL = """
            SELECT COUNT(*) AS count FROM refusal_count
            WHERE organisation_id = \(organisation.id) AND since <= \(time.addingTimeInterval(-RefusalLimit.window))
            """
        let count = try await read { (transaction) throws(StoreError) in try transaction.count(due) }
        guard count > 0 else { return }
        try await write { (transaction) throws(StoreError) -> Void in try transaction.concludeRefusals(in: self) }
    }
}

/// How many refusals get an event of their own within a minute. Beyond, they are counted together.
enum RefusalLimit {
    /// Seconds.
    static let window: TimeInterval = 60
    /// Of one address: a whole office behind one has as many people who mistype their password.
    static let perAddress = 20
    /// Of an organisation.
    static let perOrganisation = 200
}

extension Transaction {
    fileprivate func count(_ refusal: SignInRefusal, in store: Store) throws(StoreError) {
        let organisation = store.organisation.id
        if try repeated(refusal.sameness, in: store) { return }
        let all: SQL = "SELECT COUNT(*) AS count FROM refusal_count WHERE organisation_id = \(organisation)"
        var refusal = refusal
        if try count(all) >= RefusalLimit.perOrganisation {
            refusal = refusal.amongMany(from: Origin(address: nil))
        } else if let address = refusal.origin.address,
            try count("\(all) AND address = \(address)") >= RefusalLimit.perAddress
        {
            refusal = refusal.amongMany(from: Origin(address: address))
        }
        if try repeated(refusal.sameness, in: store) { return }
        try record(refusal, in: store)
        try run(
            """
            INSERT INTO refusal_count (organisation_id, sameness, subject, address, device, step, reason, since, repeats)
            VALUES (\(organisation), \(refusal.sameness), \(refusal.subject ?? ""), \(refusal.origin.address),
                \(refusal.origin.device), \(refusal.step.rawValue), \(refusal.reason), \(store.time), 0)
            """
        )
    }

    /// Counts it where it was refused within the minute before; whether it was.
    private func repeated(_ sameness: String, in store: Store) throws(StoreError) -> Bool {
        try run(
            """
            UPDATE refusal_count SET repeats = repeats + 1
            WHERE organisation_id = \(store.organisation.id) AND sameness = \(sameness)
            """
        ) > 0
    }

    fileprivate func concludeRefusals(in store: Store) throws(StoreError) {
        let over: SQL = """
            organisation_id = \(store.organisation.id)
                AND since <= \(store.time.addingTimeInterval(-RefusalLimit.window))
            """
        let repeated = try rows(
            "SELECT * FROM refusal_count WHERE \(over) AND repeats > 0 ORDER BY since, sameness"
        )
        for row in repeated {
            let repeats = try row.int("repeats")
            let refusal = try SignInRefusal(
                at: SignInStep(rawValue: row.text("step")) ?? .session,
                because: row.text("reason"),
                of: row.text("subject"),
                from: Origin(address: row.optionalText("address"), device: row.optionalText("device"))
            )
            try record(refusal, repeats: repeats, in: store)
        }
        try run("DELETE FROM refusal_count WHERE \(over)")
    }

    private func record(_ refusal: SignInRefusal, repeats: Int? = nil, in store: Store) throws(StoreError) {
        try record(
            action: Event.signInRefused,
            subject: refusal.subject ?? "unknown",
            new: repeats.map { $0 == 1 ? "once more within a minute" : "\($0) times more within a minute" },
            from: refusal.origin,
            at: refusal.step,
            because: refusal.reason,
            by: .system,
            in: store
        )
    }
}

extension SignInRefusal {
    /// Equal for refusals that are counted together: a digest, so that no text is too long for a key.
    fileprivate var sameness: String {
        var hash = SHA256()
        for part in [subject?.lowercased(), origin.address, step.rawValue, reason] {
            hash.update(data: Data("\(part?.utf8.count ?? -1):\(part ?? "")".utf8))
        }
        return hash.finalize().hexadecimal
    }

    /// What stands for refusals that are too many to be told apart.
    fileprivate func amongMany(from origin: Origin) -> SignInRefusal {
        SignInRefusal(
            at: .session,
            because: "Too many different refusals within a minute.",
            of: "several",
            from: origin
        )
    }
}
