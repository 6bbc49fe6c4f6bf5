public import Directory
import Foundation

extension Store {
    /// The organisation's event hook; made where there is none yet, with a random address and secret.
    public func eventHook() async throws(StoreError) -> EventHook {
        if let hook = try await keptEventHook() { return hook }
        return try await replaceEventHook(version: 1, by: nil)
    }

    /// What Okta sends in the `Authorization` header.
    public func eventHookSecret() async throws(StoreError) -> Secret {
        _ = try await eventHook()
        let query: SQL = "SELECT secret, version FROM okta_event_hook WHERE organisation_id = \(organisation.id)"
        return try await read { (transaction) throws(StoreError) in
            guard let row = try transaction.row(query) else { throw .notFound("There is no event hook.") }
            return try vault.open(try row.text("secret"), for: place(version: try row.int64("version")))
        }
    }

    /// Gives the hook another address and secret; what Okta has of the old ones reaches nothing any more.
    public func renewEventHook(by actor: Actor) async throws(StoreError) -> EventHook {
        let query: SQL = "SELECT version FROM okta_event_hook WHERE organisation_id = \(organisation.id)"
        let version = try await read { (transaction) throws(StoreError) in
            try transaction.row(query)?.int64("version") ?? 0
        }
        return try await replaceEventHook(version: version + 1, by: actor)
    }

    /// The organisation whose hook this is, with its secret; nil where there is no such hook. Looks in all organisations of
    /// the database.
    public func eventHook(_ id: EventHook.ID) async throws(StoreError) -> (store: Store, secret: Secret)? {
        try await read { (transaction) throws(StoreError) in
            let query: SQL = """
                SELECT okta_event_hook.organisation_id, secret, version, name
                FROM okta_event_hook JOIN organisation USING (organisation_id) WHERE hook_id = \(id)
                """
            guard let row = try transaction.row(query) else { return nil }
            let store = of(Organisation(id: try row.id("organisation_id"), name: try row.text("name")))
            let place = store.place(version: try row.int64("version"))
            return (store, try vault.open(try row.text("secret"), for: place))
        }
    }

    /// Notes that Okta verified the address.
    public func noteEventHookVerified() async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.run(
                "UPDATE okta_event_hook SET verified_at = \(time) WHERE organisation_id = \(organisation.id)"
            )
        }
    }

    /// Notes the last event that came.
    public func noteEvent(_ type: String) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.run(
                """
                UPDATE okta_event_hook SET last_event_at = \(time), last_event_type = \(type)
                WHERE organisation_id = \(organisation.id)
                """
            )
        }
    }

    private func keptEventHook() async throws(StoreError) -> EventHook? {
        try await read { (transaction) throws(StoreError) in
            try transaction.row("SELECT * FROM okta_event_hook WHERE organisation_id = \(organisation.id)")
                .map { (row) throws(StoreError) in try EventHook(row) }
        }
    }

    private func replaceEventHook(version: Int64, by actor: Actor?) async throws(StoreError) -> EventHook {
        let secret = try vault.seal(Token.new(), for: place(version: version))
        let hook = EventHook(
            id: EventHook.ID(Token.new().value),
            createdAt: time,
            verifiedAt: nil,
            lastEventAt: nil,
            lastEventType: nil
        )
        try await write { (transaction) throws(StoreError) in
            try transaction.run(
                """
                INSERT INTO okta_event_hook (organisation_id, hook_id, secret, version, created_at)
                VALUES (\(organisation.id), \(hook.id), \(secret), \(version), \(hook.createdAt))
                ON CONFLICT (organisation_id) DO UPDATE SET hook_id = excluded.hook_id, secret = excluded.secret,
                    version = excluded.version, created_at = excluded.created_at, verified_at = NULL
                """
            )
            if let actor {
                try transaction.record(action: "okta.event-hook-renewed", subject: "Okta", by: actor, in: self)
            }
        }
        return hook
    }

    private func place(version: Int64) -> SealedPlace {
        SealedPlace(table: "okta_event_hook", column: "secret", organisation: organisation.id, version: version)
    }
}

extension EventHook {
    fileprivate init(_ row: Row) throws(StoreError) {
        self.init(
            id: try row.id("hook_id"),
            createdAt: try row.date("created_at"),
            verifiedAt: try row.optionalDate("verified_at"),
            lastEventAt: try row.optionalDate("last_event_at"),
            lastEventType: try row.optionalText("last_event_type")
        )
    }
}
