extension Store {
    /// The events that match, the newest first.
    public func events(_ query: EventQuery) async throws(StoreError) -> [Event] {
        var conditions: [SQL] = ["organisation_id = \(organisation.id)"]
        if let before = query.before { conditions.append("event_id < \(before)") }
        if let prefix = query.actionPrefix, !prefix.isEmpty {
            conditions.append("action LIKE \(SearchPattern.starting(with: prefix)) ESCAPE '~'")
        }
        if let typed = query.search, let lower = SearchPattern.containing(typed.lowercased()),
            let asTyped = SearchPattern.containing(typed)
        {
            // `lower` knows the letters of English only, so others are looked for as typed too.
            let text: SQL =
                "actor || ' ' || subject || ' ' || COALESCE(old_value, '') || ' ' || COALESCE(new_value, '')"
            conditions.append("(lower(\(text)) LIKE \(lower) ESCAPE '~' OR \(text) LIKE \(asTyped) ESCAPE '~')")
        }
        let found: SQL = """
            SELECT \(Event.columns) FROM audit_event WHERE \(SQL.joined(conditions, by: " AND "))
            ORDER BY event_id DESC LIMIT \(max(0, query.limit))
            """
        return try await read { (transaction) throws(StoreError) in
            var events: [Event] = []
            try transaction.forEach(found) { (row) throws(StoreError) in events.append(try Event(row)) }
            return events
        }
    }

    /// The number of the first event that was changed, removed or put elsewhere since it was written; nil where the
    /// chain is whole.
    ///
    /// Somebody who may write the database can also write a whole new chain: against that, keep a copy of the last hash
    /// elsewhere.
    public func verifyEvents() async throws(StoreError) -> Int64? {
        let all: SQL = """
            SELECT \(Event.columns) FROM audit_event WHERE organisation_id = \(organisation.id) ORDER BY event_id
            """
        return try await read { (transaction) throws(StoreError) in
            var last: (id: Int64, hash: String) = (0, Event.hashBeforeFirst)
            var broken: Int64?
            try transaction.forEach(all) { (row) throws(StoreError) in
                guard broken == nil else { return }
                let event = try Event(row)
                guard event.id == last.id + 1, event.hash == event.hash(after: last.hash) else {
                    broken = last.id + 1
                    return
                }
                last = (event.id, event.hash)
            }
            let head = try transaction.eventHead(in: organisation)
            if let broken { return broken }
            if head == last { return nil }
            return head.id == last.id ? last.id : min(head.id, last.id) + 1
        }
    }
}
