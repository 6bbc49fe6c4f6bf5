import Foundation
import Synchronization

/// What is known of the server's side: when it was heard, and what it was told.
final class ServerContact: Sendable {
    private struct State: Sendable {
        var heard: ContinuousClock.Instant?
        var heardAt: Date?
        var acknowledged: Int64?
    }

    private let state = Mutex(State())

    func hear() {
        state.withLock { state in
            state.heard = .now
            state.heardAt = Date()
        }
    }

    /// nil where it was never heard.
    var heardAt: Date? { state.withLock(\.heardAt) }

    func wasHeard(within time: Duration) -> Bool {
        state.withLock { $0.heard.map { ContinuousClock.now - $0 <= time } ?? false }
    }

    /// nil where the server may not know of any: it could be another's memory than the one that was told.
    var acknowledged: Int64? {
        get { state.withLock(\.acknowledged) }
        set { state.withLock { $0.acknowledged = newValue } }
    }
}
