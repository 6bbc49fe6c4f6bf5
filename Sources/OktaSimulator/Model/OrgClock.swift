import Foundation
import Synchronization

/// The org's time: the machine's, or the test's, moved by an offset that the control API sets.
final class OrgClock: Sendable {
    private let machine: @Sendable () -> Date
    private let moved = Mutex<TimeInterval>(0)

    init(_ machine: @escaping @Sendable () -> Date) { self.machine = machine }

    /// Seconds that the org is ahead; negative where it is behind.
    var offset: TimeInterval {
        get { moved.withLock { $0 } }
        set { moved.withLock { $0 = newValue } }
    }

    var machineTime: Date { machine() }
    var now: Date { machine().addingTimeInterval(offset) }
}
