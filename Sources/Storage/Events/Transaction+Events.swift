import struct Foundation.Date

extension Transaction {
    /// Adds an event to the chain, in this transaction: what a verb did and the record of it are kept together or not
    /// at all.
    ///
    /// Writes of one organisation never overlap (``Database/write(lock:_:)``), so the head of the chain is still the
    /// head when the event follows it.
    ///
    /// - Parameters:
    ///   - old: What was there before, without secrets; nil where nothing was.
    ///   - new: What is there since, without secrets; nil where nothing is.
    ///   - origin: Where the request came from that did it; nil where there was none.
    ///   - step: For a sign-in, where it was decided.
    ///   - reason: Why it was refused, or ended, in words without secrets.
    func record(
        action: String,
        subject: String,
        old: String? = nil,
        new: String? = nil,
        from origin: Origin? = nil,
        at step: SignInStep? = nil,
        because reason: String? = nil,
        by actor: Actor,
        in store: Store
    ) throws(StoreError) {
        let head = try eventHead(in: store.organisation)
        var event = Event(
            id: head.id + 1,
            at: store.time,
            actor: actor.description,
            action: action,
            subject: subject,
            old: old,
            new: new,
            address: origin?.address,
            device: origin?.device,
            step: step?.rawValue,
            reason: reason,
            hash: ""
        )
        event = event.withTextAsKept().chained(to: head.hash)
        try run(
            """
            INSERT INTO audit_event (organisation_id, event_id, at, actor, action, subject, old_value, new_value,
                address, device, step, reason, previous_hash, hash)
            VALUES (\(store.organisation.id), \(event.id), \(event.at), \(event.actor), \(event.action),
                \(event.subject), \(event.old), \(event.new), \(event.address), \(event.device), \(event.step),
                \(event.reason), \(head.hash), \(event.hash))
            """
        )
        try run(
            """
            INSERT INTO audit_head (organisation_id, event_id, hash)
            VALUES (\(store.organisation.id), \(event.id), \(event.hash))
            ON CONFLICT (organisation_id) DO UPDATE SET event_id = excluded.event_id, hash = excluded.hash
            """
        )
    }

    /// The number and hash of the last event; of none, before the first.
    func eventHead(in organisation: Organisation) throws(StoreError) -> (id: Int64, hash: String) {
        let head: SQL = "SELECT event_id, hash FROM audit_head WHERE organisation_id = \(organisation.id)"
        guard let row = try row(head) else { return (0, Event.hashBeforeFirst) }
        return try (row.int64("event_id"), row.text("hash"))
    }
}
