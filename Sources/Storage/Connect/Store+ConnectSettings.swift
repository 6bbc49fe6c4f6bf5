extension Store {
    public func connectSettings() async throws(StoreError) -> ConnectSettings {
        try await read { (transaction) throws(StoreError) in try transaction.connectSettings(in: self) }
    }

    /// Chooses what a device that we do not know is shown. Nothing is recorded where it is so already.
    public func setFirstScreen(
        _ firstScreen: ConnectSettings.FirstScreen,
        by actor: Actor
    ) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) -> Void in
            let before = try transaction.connectSettings(in: self)
            guard before.firstScreen != firstScreen else { return }
            try transaction.run(
                """
                INSERT INTO connect_settings (organisation_id, first_screen, set_by, set_at)
                VALUES (\(organisation.id), \(firstScreen), \(actor.description), \(time))
                ON CONFLICT (organisation_id) DO UPDATE SET first_screen = excluded.first_screen,
                    set_by = excluded.set_by, set_at = excluded.set_at
                """
            )
            try transaction.record(
                action: "connect.first-screen-set",
                subject: "Timus Connect",
                old: before.firstScreen.rawValue,
                new: firstScreen.rawValue,
                by: actor,
                in: self
            )
        }
    }
}

extension Transaction {
    func connectSettings(in store: Store) throws(StoreError) -> ConnectSettings {
        let query: SQL = """
            SELECT first_screen, set_by, set_at FROM connect_settings WHERE organisation_id = \(store.organisation.id)
            """
        guard let row = try row(query) else { return ConnectSettings() }
        return try ConnectSettings(row)
    }
}
