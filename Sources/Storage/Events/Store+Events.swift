extension Store {
    /// The events that match, the newest first.
    public func events(_ query: EventQuery) async throws(StoreError) -> [Event] {
        var conditions: [SQL] = ["organisation_id = \(organisation.id)"]
        if let before = query.before { conditions.append("event_id < \(before)") }
        if let prefix = query.actionPrefix, !prefix.isEmpty {
            conditions.append("action LIKE \(SearchPattern.starting(with: prefix)) ESCAPE '~'")
        }
        switch query.kind {
        case .signIns: conditions.append("action IN (\(Event.signedIn), \(Event.signInRefused))")
        case .refused: conditions.append("action = \(Event.signInRefused)")
        case nil: break
        }
        if let typed = query.search, let lower = SearchPattern.containing(typed.lowercased()),
            let asTyped = SearchPattern.containing(typed)
        {
            // `lower` knows the letters of English only, so others are looked for as typed too.
            let text: SQL = """
                actor || ' ' || subject || ' ' || COALESCE(old_value, '') || ' ' || COALESCE(new_value, '') || ' '
                    || COALESCE(address, '') || ' ' || COALESCE(device, '') || ' ' || COALESCE(reason, '')
                """
            conditions.append("(lower(\(text)) LIKE \(lower) ESCAPE '~' OR \(text) LIKE \(asTyped) ESCAPE '~')")
        }
        let found: SQL = """
            SELECT \(Event.columns) FROM audit_event WHERE \(SQL.joined(conditions, by: " AND "))
            ORDER BY event_id DESC LIMIT \(max(0, query.limit))
            """
        return try await events(found)
    }

    /// The events of a span of time after the one numbered `id`, the oldest first, at most `limit`. All of them come page by
    /// page, each after the last of the page before.
    public func events(
        in span: EventSpan,
        after id: Int64 = 0,
        limit: Int = 1000
    ) async throws(StoreError) -> [Event] {
        var conditions: [SQL] = ["organisation_id = \(organisation.id)", "event_id > \(id)"]
        if let since = span.since { conditions.append("at >= \(since)") }
        if let until = span.until { conditions.append("at < \(until)") }
        return try await events(
            """
            SELECT \(Event.columns) FROM audit_event WHERE \(SQL.joined(conditions, by: " AND "))
            ORDER BY event_id LIMIT \(max(0, limit))
            """
        )
    }

    /// The number and hash of the last event; nil before the first.
    public func eventHead() async throws(StoreError) -> EventHead? {
        let head = try await read { (transaction) throws(StoreError) in
            try transaction.eventHead(in: organisation)
        }
        return head.id == 0 ? nil : EventHead(id: head.id, hash: head.hash)
    }

    /// Whether every event is as it was written, and none is missing.
    ///
    /// Somebody who may write the database can also cut off the last events, or write a whole new chain: against that,
    /// keep a head elsewhere (``eventHead()``) and give it here.
    public func verifyEvents(holding kept: EventHead? = nil) async throws(StoreError) -> ChainCheck {
        let all: SQL = """
            SELECT \(Event.columns) FROM audit_event WHERE organisation_id = \(organisation.id) ORDER BY event_id
            """
        return try await read { (transaction) throws(StoreError) in
            var last: (id: Int64, hash: String) = (0, Event.hashBeforeFirst)
            var broken: Int64?
            try transaction.forEachOfMany(all) { (row) throws(StoreError) in
                guard broken == nil else { return }
                let event = try Event(row)
                guard event.id == last.id + 1, event.hash == event.hash(after: last.hash),
                    event.id != kept?.id || event.hash == kept?.hash
                else {
                    broken = last.id + 1
                    return
                }
                last = (event.id, event.hash)
            }
            let head = try transaction.eventHead(in: organisation)
            if broken == nil, head != last { broken = head.id == last.id ? last.id : min(head.id, last.id) + 1 }
            if broken == nil, let kept, kept.id > last.id { broken = last.id + 1 }
            return ChainCheck(last: broken.map { $0 - 1 } ?? last.id, broken: broken)
        }
    }

    private func events(_ found: SQL) async throws(StoreError) -> [Event] {
        try await read { (transaction) throws(StoreError) in
            var events: [Event] = []
            try transaction.forEach(found) { (row) throws(StoreError) in events.append(try Event(row)) }
            return events
        }
    }
}
