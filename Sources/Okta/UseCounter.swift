import Foundation
import Synchronization

/// Counts what one client takes, from any task.
final class UseCounter: Sendable {
    private let counted = Mutex((all: 0, use: OktaUse(), waitedUntil: Date.distantPast))

    /// Requests that went out, to buckets or not.
    var all: Int { counted.withLock { $0.all } }
    var use: OktaUse { counted.withLock { $0.use } }

    func sent(to bucket: OktaBucket?) {
        counted.withLock { counted in
            counted.all += 1
            if let bucket { counted.use.requests[bucket, default: 0] += 1 }
        }
    }

    func answered(_ answer: Answer, from bucket: OktaBucket?) {
        counted.withLock { counted in
            if answer.status == 429 { counted.use.refused += 1 }
            if let bucket, let limit = answer.rateLimit?.limit { counted.use.limits[bucket] = limit }
        }
    }

    /// Notes that a request was held back for a time that ends now; several that waited together waited once.
    func waited(_ duration: Duration, until now: Date) {
        guard duration > .zero else { return }
        counted.withLock { counted in
            let seconds = Double(duration.components.seconds)
            let start = max(now.addingTimeInterval(-seconds), counted.waitedUntil)
            counted.use.waited += .seconds(max(0, now.timeIntervalSince(start)))
            counted.waitedUntil = max(now, counted.waitedUntil)
        }
    }
}
