public import Foundation
import Synchronization

extension Org {
    /// One attempt to tell an event hook something.
    public struct EventHookDelivery: Sendable {
        public enum Outcome: String, Sendable {
            case delivered
            /// Any answer but 2xx and 5xx.
            case refused
            /// 5xx.
            case failed
            case timedOut = "timed-out"
            /// No connection, or one that ended before an answer.
            case unreachable
            /// Never sent, as `EventHookConduct` asks for.
            case dropped

            /// Whether it is worth the second and last attempt.
            var asksForAnother: Bool { [.failed, .timedOut, .unreachable].contains(self) }
        }

        public let hook: EventHook.ID
        /// The message's; the same in a second attempt and in a duplicate.
        public let eventID: String
        public let eventTypes: [String]
        public let at: Date
        /// 1 or 2; 0 for what was dropped.
        public let attempt: Int
        /// Nil where there was no answer.
        public let status: Int?
        public let milliseconds: Int
        public let outcome: Outcome
    }

    /// The last thousand attempts.
    public final class EventHookDeliveries: Sendable {
        private let kept = Mutex<[EventHookDelivery]>([])

        private static let most = 1_000

        /// In the order in which they ended.
        public var all: [EventHookDelivery] { kept.withLock { Array($0.suffix(Self.most)) } }

        public func clear() { kept.withLock { $0 = [] } }

        func note(_ delivery: EventHookDelivery) {
            kept.withLock { kept in
                // In large steps, since each moves all that are kept.
                if kept.count >= 2 * Self.most { kept.removeFirst(Self.most) }
                kept.append(delivery)
            }
        }
    }
}
