extension Event {
    /// What ``init(_:)`` reads.
    static let columns: SQL =
        "event_id, at, actor, action, subject, old_value, new_value, address, device, step, reason, hash"

    init(_ row: Row) throws(StoreError) {
        try self.init(
            id: row.int64("event_id"),
            at: row.date("at"),
            actor: row.text("actor"),
            action: row.text("action"),
            subject: row.text("subject"),
            old: row.optionalText("old_value"),
            new: row.optionalText("new_value"),
            address: row.optionalText("address"),
            device: row.optionalText("device"),
            step: row.optionalText("step"),
            reason: row.optionalText("reason"),
            hash: row.text("hash")
        )
    }
}
