extension Event {
    /// What ``init(_:)`` reads.
    static let columns: SQL = "event_id, at, actor, action, subject, old_value, new_value, hash"

    init(_ row: Row) throws(StoreError) {
        try self.init(
            id: row.int64("event_id"),
            at: row.date("at"),
            actor: row.text("actor"),
            action: row.text("action"),
            subject: row.text("subject"),
            old: row.optionalText("old_value"),
            new: row.optionalText("new_value"),
            hash: row.text("hash")
        )
    }
}
