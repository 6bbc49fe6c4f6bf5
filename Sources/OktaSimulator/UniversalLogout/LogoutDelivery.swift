public import Foundation
import Synchronization

extension Org {
    /// One request to an app that somebody is to be signed out.
    public struct LogoutDelivery: Sendable {
        public let app: AppIntegration.ID
        public let person: Person.ID
        public let at: Date
        /// Nil where there was no answer.
        public let status: Int?
        /// What stood in the answer, up to a few hundred characters.
        public let answer: String
    }

    /// Requests that wait to be sent, and what came of the last hundred. Adding never waits.
    public final class Logouts: Sendable {
        struct Parcel: Sendable {
            let app: AppIntegration.ID
            let person: Person.ID
        }

        private struct Kept {
            var waiting: [Parcel] = []
            var signal: AsyncStream<Void>.Continuation?
            var deliveries: [LogoutDelivery] = []
        }

        private let kept = Mutex(Kept())
        private static let most = 100

        /// In the order in which they ended.
        public var deliveries: [LogoutDelivery] { kept.withLock(\.deliveries) }

        func add(_ parcel: Parcel) {
            kept.withLock {
                $0.waiting.append(parcel)
                _ = $0.signal?.yield()
            }
        }

        /// Yields when something may wait, and at once. The last who asked for them gets them.
        func signals() -> AsyncStream<Void> {
            let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            kept.withLock { $0.signal = signal }
            signal.yield()
            return signals
        }

        /// All that waits; nothing waits after that.
        func take() -> [Parcel] {
            kept.withLock { kept in
                defer { kept.waiting = [] }
                return kept.waiting
            }
        }

        func note(_ delivery: LogoutDelivery) {
            kept.withLock { $0.deliveries = Array(($0.deliveries + [delivery]).suffix(Self.most)) }
        }
    }
}
