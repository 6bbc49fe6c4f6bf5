import Foundation
import Synchronization

/// What is known of the server's side: when it was heard, and what it was told.
final class ServerContact: Sendable {
    private struct State: Sendable {
        var heard: ContinuousClock.Instant?
        var heardOnStream: ContinuousClock.Instant = .now
        var heardAt: Date?
        var acknowledged: Int64?
    }

    private let state = Mutex(State())

    /// A stream is asked for. It could be of another server than before, or of the same with an older memory.
    func beginStream() {
        state.withLock { state in
            state.heardOnStream = .now
            state.acknowledged = nil
        }
    }

    func hear() {
        state.withLock { state in
            state.heard = .now
            state.heardOnStream = .now
            state.heardAt = Date()
        }
    }

    /// For how long this stream has said nothing; also while the machine slept or the program was stopped.
    var ageOnStream: Duration { state.withLock { ContinuousClock.now - $0.heardOnStream } }

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
