import ServiceLifecycle
import Synchronization

/// Wakes one task that waits for something to happen. A ring that nobody waits for is kept for who waits next.
public final class Bell: Sendable {
    private enum State {
        case quiet
        /// Whether there is news, or only the time had come.
        case rung(isNews: Bool)
        case awaited(CheckedContinuation<Bool, Never>)
    }

    private let state = Mutex(State.quiet)

    init() {}

    /// Waits for a ring, until `end` at the longest; less where the task is cancelled or the server shuts down. One task may wait
    /// at a time.
    ///
    /// - Returns: whether there may be news.
    public func wait(until end: ContinuousClock.Instant) async -> Bool {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                if (try? await Task.sleep(until: end, clock: .continuous)) != nil { self.ring(isNews: false) }
            }
            let isNews = await withTaskCancellationOrGracefulShutdownHandler {
                await self.nextRing()
            } onCancelOrGracefulShutdown: {
                self.ring(isNews: false)
            }
            tasks.cancelAll()
            return isNews
        }
    }

    func ring(isNews: Bool = true) {
        let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            switch state {
            case .awaited(let waiting):
                state = .quiet
                return waiting
            case .rung(let wasNews): state = .rung(isNews: wasNews || isNews)
            case .quiet: state = .rung(isNews: isNews)
            }
            return nil
        }
        waiting?.resume(returning: isNews)
    }

    private func nextRing() async -> Bool {
        await withCheckedContinuation { continuation in
            let kept = state.withLock { state -> Bool? in
                if case .rung(let isNews) = state {
                    state = .quiet
                    return isNews
                }
                state = .awaited(continuation)
                return nil
            }
            if let kept { continuation.resume(returning: kept) }
        }
    }
}
