import Foundation

extension Operation {
    static let logs = [
        Operation("GET", "logs", "okta.logs.read") { (call) throws(OktaFailure) in
            let query = try LogQuery(call)
            return query.isPolling ? call.poll(query) : call.list(query)
        }
    ]
}

extension Call {
    /// Events in the order of writing, without an end: there is always a next page, which may be empty yet.
    fileprivate func poll(_ query: LogQuery) -> Reply {
        // A cursor already stands after all that came before `since`.
        let since = query.after == nil ? query.since : .distantPast
        let (events, last) = org.logEvents(from: (query.after?.number ?? 0) + 1, limit: query.page.limit) { event in
            event.published >= since && query.matches(event)
        }
        var reply = Reply(events)
        let time = events.last?.published ?? org.now()
        reply.links = [
            ("self", address(after: query.page.after, limit: query.page.limit)),
            ("next", address(after: LogQuery.Cursor(time, last).text, limit: query.page.limit)),
        ]
        return reply
    }

    /// The events of a span of time by the time at which they were published.
    fileprivate func list(_ query: LogQuery) -> Reply {
        let (since, until) = (query.since, query.until ?? org.now())
        let keyed = org.logEvents { event in
            event.published >= since && event.published <= until && query.matches(event)
        }
        .map { (cursor: LogQuery.Cursor($0.published, $0.number), event: $0) }
        let sorted = keyed.sorted { query.isDescending ? $0.cursor > $1.cursor : $0.cursor < $1.cursor }
        let rest = sorted.drop { item in
            query.after.map { query.isDescending ? item.cursor >= $0 : item.cursor <= $0 } ?? false
        }
        let shown = rest.prefix(query.page.limit)
        var reply = Reply(shown.map(\.event))
        reply.links = [("self", address(after: query.page.after, limit: query.page.limit))]
        if rest.count > shown.count, let last = shown.last {
            reply.links.append(("next", address(after: last.cursor.text, limit: query.page.limit)))
        }
        return reply
    }
}

extension Reply {
    fileprivate init(_ events: [Org.LogEvent]) {
        self = .json { writer in
            writer.reserve(events.count * 1_500)
            writer.array { writer in for event in events { event.write(to: &writer) } }
        }
    }
}
