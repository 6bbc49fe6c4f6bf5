import Foundation
import NIOHTTP1

/// How many requests Okta still takes, for each of its buckets, so that waiting comes before refusal.
///
/// Okta counts in windows of a minute and says on every answer how many requests are left and when the window ends.
/// A part of each window is left to the org's other apps: when no more than that remains, requests wait for the next.
actor RateLimitBudget {
    /// Addresses that Okta counts together.
    enum Bucket: Hashable, Sendable {
        /// `/api/v1/groups` and `/api/v1/groups/{id}/users`
        case groups
        /// `/api/v1/users`
        case users
        /// `/api/v1/users/{id}`
        case user
    }

    private struct Window {
        let limit: Int
        var remaining: Int
        /// When the next window has begun for certain, by the local clock.
        let end: Date
    }

    private let reserve: Double
    private let longestWait: Duration
    private let clock: OktaClock
    private var windows: [Bucket: Window] = [:]

    init(reserve: Double, longestWait: Duration, clock: OktaClock) {
        self.reserve = reserve
        self.longestWait = longestWait
        self.clock = clock
    }

    /// Returns when one request may be made.
    func admit(to bucket: Bucket?) async throws(OktaError) {
        guard let bucket else { return }
        while let window = windows[bucket] {
            let seconds = window.end.timeIntervalSince(clock.now())
            if seconds <= 0 {
                windows[bucket] = nil
            } else if window.remaining > Int(Double(window.limit) * reserve) {
                windows[bucket]?.remaining -= 1
                return
            } else if .seconds(seconds) > longestWait {
                throw .rateLimited(until: window.end)
            } else {
                do { try await clock.sleep(.seconds(seconds)) } catch { throw .cancelled }
            }
        }
    }

    /// Learns from an answer; false when it says nothing of a window.
    ///
    /// A limit of zero is Okta's way to say that too many requests run at once: no window explains that.
    @discardableResult
    func note(_ answer: Answer, from bucket: Bucket?) -> Bool {
        guard let bucket,
            let limit = answer.headers.leastNumber("X-Rate-Limit-Limit"), limit > 0,
            let remaining = answer.headers.leastNumber("X-Rate-Limit-Remaining"),
            let reset = answer.headers.leastNumber("X-Rate-Limit-Reset")
        else { return false }
        let now = clock.now()
        let theirNow = answer.headers.first(name: "Date").flatMap(HTTPDate.read) ?? now
        // One second more, since the reset is given in whole seconds.
        let end = now.addingTimeInterval(max(0, Double(reset) - theirNow.timeIntervalSince1970) + 1)
        let left = max(0, remaining)
        if answer.status == 429 {
            windows[bucket] = Window(limit: limit, remaining: 0, end: end)
        } else if let known = windows[bucket], abs(known.end.timeIntervalSince(end)) < 3 {
            // Answers overtake one another; the lowest number of a window is the truest.
            windows[bucket]?.remaining = min(known.remaining, left)
        } else if (windows[bucket]?.end ?? .distantPast) < end {
            windows[bucket] = Window(limit: limit, remaining: left, end: end)
        }
        return true
    }
}

extension HTTPHeaders {
    /// The least of a header's numbers: Okta sends some lines twice, and some values as a list.
    fileprivate func leastNumber(_ name: String) -> Int? {
        self[canonicalForm: name].compactMap { Int($0) }.min()
    }
}
