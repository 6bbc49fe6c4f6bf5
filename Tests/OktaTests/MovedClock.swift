import Foundation
import Okta
import Synchronization

/// A clock that only a sleeper moves, so that a test may wait for minutes in no time.
final class MovedClock: Sendable {
    static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private let time = Mutex(MovedClock.start)
    private let sleeps = Mutex<[Double]>([])

    /// The lengths of all sleeps, in seconds.
    var slept: [Double] { sleeps.withLock { $0 } }

    func advance(_ seconds: Double) {
        time.withLock { $0 += seconds }
    }

    var clock: OktaClock {
        OktaClock(
            now: { self.time.withLock { $0 } },
            sleep: { duration in
                try Task.checkCancellation()
                let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
                self.sleeps.withLock { $0.append(seconds) }
                self.advance(seconds)
            },
            jitter: { 1 }
        )
    }
}
