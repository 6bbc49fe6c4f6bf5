extension Org {
    /// Events in the order of writing, from a number on, at most `limit`.
    /// - Returns: also the number of the last event that was looked at; the one before `number` where there was none.
    func logEvents(
        from number: Int,
        limit: Int,
        where matches: @Sendable (LogEvent) -> Bool
    ) -> (events: [LogEvent], last: Int) {
        read { state in
            var found: [LogEvent] = []
            var last = number - 1
            for event in state.log.events(from: number) {
                guard found.count < limit else { break }
                last = event.number
                if matches(event) { found.append(event) }
            }
            return (found, last)
        }
    }

    /// All of the log that match, in the order of writing.
    func logEvents(where matches: @Sendable (LogEvent) -> Bool) -> [LogEvent] {
        read { state in state.log.events(from: 0).filter(matches) }
    }

    /// The newest first, from before a number, at most `limit`.
    func latestLogEvents(
        before number: Int = .max,
        limit: Int,
        where matches: @Sendable (LogEvent) -> Bool = { _ in true }
    ) -> [LogEvent] {
        read { state in
            var found: [LogEvent] = []
            for event in state.log.events(from: 0).reversed() where event.number < number && matches(event) {
                guard found.count < limit else { break }
                found.append(event)
            }
            return found
        }
    }
}
