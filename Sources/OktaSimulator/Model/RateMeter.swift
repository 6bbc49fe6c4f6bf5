import Foundation
import Synchronization

/// Counts requests against an org's limits. A window begins with its first request and lasts 60 seconds.
///
/// An API token and an app may use a part of each bucket only, their capacity; what they are told is that part. All of
/// them together share the whole bucket.
final class RateMeter: Sendable {
    /// What the three headers say after a request.
    struct Standing: Sendable {
        let limit: Int
        let remaining: Int
        /// Seconds since 1970, rounded up.
        let reset: Int
        let isExceeded: Bool
    }

    /// Who calls, and what percentage of each bucket they may use.
    struct Holder: Sendable {
        let id: String
        let capacity: Int
    }

    private struct Window {
        let start: Date
        var used = 0
    }

    private struct Place: Hashable {
        let bucket: RateBucket
        /// Nil for the whole org.
        let holder: String?
    }

    private struct Counts {
        var windows: [Place: Window] = [:]
        var atOnce = 0

        func window(_ place: Place, at now: Date) -> Window {
            guard let window = windows[place], now.timeIntervalSince(window.start) < 60 else {
                return Window(start: now)
            }
            return window
        }
    }

    private let limits: Org.RateLimits
    private let clock: OrgClock
    private let counts = Mutex(Counts())

    init(limits: Org.RateLimits, clock: OrgClock) {
        self.limits = limits
        self.clock = clock
    }

    /// Counts a request.
    /// - Parameter holder: nil for one that no token or app makes: it counts for the org alone.
    func count(_ bucket: RateBucket, by holder: Holder? = nil) -> Standing {
        // Windows go by the machine's own time, so that moving the org's clock neither ends nor stretches them.
        let (now, offset) = (clock.machineTime, clock.offset)
        let whole = limits.perMinute(bucket)
        let part = whole.map { whole in holder.map { max(1, whole * $0.capacity / 100) } ?? whole }
        return counts.withLock { counts in
            let orgPlace = Place(bucket: bucket, holder: nil)
            var org = counts.window(orgPlace, at: now)
            let isOrgFull = org.used >= whole ?? .max
            guard let holder, let part else {
                org.used += 1
                counts.windows[orgPlace] = org
                return standing(org, limit: whole, offset)
            }
            let place = Place(bucket: bucket, holder: holder.id)
            var own = counts.window(place, at: now)
            own.used += 1
            counts.windows[place] = own
            let isOwnExceeded = own.used > part
            // What is refused to a token takes nothing from the others.
            if !isOwnExceeded { org.used += 1 }
            counts.windows[orgPlace] = org
            return isOrgFull && !isOwnExceeded
                ? standing(org, limit: whole, offset) : standing(own, limit: part, offset)
        }
    }

    private func standing(_ window: Window, limit: Int?, _ offset: TimeInterval) -> Standing {
        let shown = limit ?? Self.anyNumber
        return Standing(
            limit: shown,
            remaining: max(0, shown - window.used),
            reset: Int((window.start.timeIntervalSince1970 + 60 + offset).rounded(.up)),
            isExceeded: window.used > limit ?? .max
        )
    }

    /// Counts a request as on its way until `end()`; false where too many are already.
    func begin() -> Bool {
        counts.withLock { counts in
            guard counts.atOnce < limits.atOnce ?? .max else { return false }
            counts.atOnce += 1
            return true
        }
    }

    func end() { counts.withLock { $0.atOnce -= 1 } }

    /// What the headers say where too many requests are on their way: nothing is left of nothing.
    /// - Parameter seconds: until Okta suggests to try again.
    func tooManyAtOnce(resetInSeconds seconds: Int = 60) -> Standing {
        let reset = Int(clock.now.timeIntervalSince1970.rounded(.up)) + seconds
        return Standing(limit: 0, remaining: 0, reset: reset, isExceeded: true)
    }

    /// What the headers of an org without limits say.
    private static let anyNumber = 1_000_000
}
