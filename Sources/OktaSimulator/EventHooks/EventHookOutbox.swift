import Synchronization

extension Org {
    /// Events that wait to be told to event hooks. Adding never waits.
    final class EventHookOutbox: Sendable {
        /// Events for one hook that go out together.
        struct Parcel: Sendable {
            let hook: EventHook.ID
            var events: [LogEvent]
        }

        /// Okta drops what comes above 400,000 events in a day; here, what waits above it.
        private static let mostWaiting = 400_000
        private static let mostInParcel = 100

        private struct Waiting {
            var parcels: [Parcel] = []
            var events = 0
        }

        private let waiting = Mutex(Waiting())
        private let signal = Mutex<AsyncStream<Void>.Continuation?>(nil)

        /// Yields when something may wait, and at once. The last who asked for them gets them.
        func signals() -> AsyncStream<Void> {
            let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            self.signal.withLock { $0 = signal }
            signal.yield()
            return signals
        }

        func add(_ event: LogEvent, for hook: EventHook.ID) {
            waiting.withLock { waiting in
                guard waiting.events < Self.mostWaiting else { return }
                waiting.events += 1
                if let last = waiting.parcels.indices.last, waiting.parcels[last].hook == hook,
                    waiting.parcels[last].events.count < Self.mostInParcel
                {
                    waiting.parcels[last].events.append(event)
                } else {
                    waiting.parcels.append(Parcel(hook: hook, events: [event]))
                }
            }
            _ = signal.withLock { $0?.yield() }
        }

        /// All that waits; nothing waits after that.
        func take() -> [Parcel] {
            waiting.withLock { waiting in
                let parcels = waiting.parcels
                waiting = Waiting()
                return parcels
            }
        }
    }
}
