import Foundation

extension Org {
    /// Who acts while a request is answered: the person who is signed in, or the owner of the token.
    @TaskLocal static var actor: LogEvent.Entity = .system

    /// The events of an org in the order in which they were written. Keeps the last hundred thousand.
    struct SystemLog: Sendable {
        private var kept: [LogEvent] = []
        private(set) var nextNumber = 1
        private let clock: OrgClock

        private static let most = 100_000

        init(clock: OrgClock) { self.clock = clock }

        mutating func append(_ type: EventType, _ targets: [LogEvent.Entity]) -> LogEvent {
            let event = LogEvent(
                number: nextNumber,
                uuid: UUID(),
                published: clock.now,
                type: type,
                actor: Org.actor,
                targets: targets
            )
            nextNumber += 1
            // In large steps, since each moves all that are kept.
            if kept.count >= 2 * Self.most { kept.removeFirst(Self.most) }
            kept.append(event)
            return event
        }

        /// The events from this number on.
        func events(from number: Int) -> ArraySlice<LogEvent> {
            guard let first = kept.first?.number else { return [] }
            return kept[min(kept.count, max(0, number - first))...]
        }
    }
}

extension Org.State {
    /// Writes the event, and gives it to the event hooks that asked for its kind.
    mutating func record(_ type: Org.EventType, _ targets: Org.LogEvent.Entity...) {
        let event = log.append(type, targets)
        for hook in hooks.values where hook.wants(type) { outbox.add(event, for: hook.id) }
    }
}
