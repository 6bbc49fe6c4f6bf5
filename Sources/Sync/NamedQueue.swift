import Directory
import Storage
import Synchronization

/// What events named and nobody has read yet, organisation by organisation. Objects that are named again while they wait
/// wait once.
final class NamedQueue: Sendable {
    private let waiting = Mutex<[Organisation: NamedObjects]>([:])
    let bell = Bell()

    func add(_ names: NamedObjects, of organisation: Organisation) {
        guard !names.isEmpty else { return }
        waiting.withLock { $0[organisation, default: NamedObjects()].formUnion(names) }
        bell.ring()
    }

    /// Everything that waits; it waits no more.
    func takeAll() -> [Organisation: NamedObjects] {
        waiting.withLock { waiting in
            defer { waiting = [:] }
            return waiting
        }
    }
}
