import Foundation
import Synchronization

/// A thread that waits for changes of sites, for as long as somebody listens.
enum SiteChangeThread {
    /// - Parameter wait: Waits, for a second at most, and says whether something may have changed.
    static func stream(
        _ prepare: @escaping @Sendable (_ listener: AsyncStream<Void>.Continuation) -> Void = { _ in },
        waiting makeWait: @escaping @Sendable () -> () -> Bool
    ) -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let ended = Ended()
            prepare(continuation)
            continuation.onTermination = { _ in ended.flag.store(true, ordering: .relaxed) }
            Thread.detachNewThread {
                let wait = makeWait()
                continuation.yield()
                while !ended.flag.load(ordering: .relaxed) { if wait() { continuation.yield() } }
            }
        }
    }

    private final class Ended: Sendable {
        let flag = Atomic(false)
    }
}
