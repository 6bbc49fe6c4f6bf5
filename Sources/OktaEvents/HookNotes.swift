import Storage
import Synchronization

/// What is to be written about event hooks once Okta has its answer. Of many events of one hook the last is kept.
final class HookNotes: Sendable {
    struct Note: Sendable {
        let store: Store
        var isVerified = false
        /// Okta's name of the last event that came.
        var event: String?
        /// Whether the hook is to be looked up again.
        var isAgeing = false
    }

    /// One for any number of notes.
    let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation
    private let notes = Mutex<[EventHook.ID: Note]>([:])

    init() {
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ id: EventHook.ID, of store: Store, _ change: (inout Note) -> Void) {
        notes.withLock { change(&$0[id, default: Note(store: store)]) }
        arrival.yield()
    }

    /// Everything that was noted; it is noted no more.
    func takeAll() -> [EventHook.ID: Note] {
        notes.withLock { notes in
            defer { notes = [:] }
            return notes
        }
    }
}
