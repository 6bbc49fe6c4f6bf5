import Foundation

/// How many requests an org's token may still make, for each of Okta's buckets, so that waiting comes before refusal.
///
/// Okta counts in windows of a minute and says on every answer how many requests are left and when the window ends. Of
/// each window we take our share and no more; the rest is for the org's other apps. Where those take so much that few
/// requests remain, we wait too. One budget serves every client of an org, so that runs which follow each other, or
/// overlap, count together.
public actor RateLimitBudget {
    /// The part of a window that nobody should use up, so that a sign-in somewhere is not refused.
    static let reserve = 0.05
    private static let windowSeconds: TimeInterval = 60

    private struct Window {
        let limit: Int
        /// What Okta says is left, less what was sent since.
        var remaining: Int
        /// When the next window has begun for certain, by the local clock.
        let end: Date
    }

    private let share: Double
    private let longestWait: Duration
    private let clock: OktaClock
    private var windows: [OktaBucket: Window] = [:]
    /// Requests of ours in the present window, or since the last one ended.
    private var sent: [OktaBucket: Int] = [:]

    /// - Parameters:
    ///   - share: The part of each window that is ours, from 0 to 1.
    ///   - longestWait: A wait for a new window that would be longer is an error instead.
    public init(share: Double = 0.5, longestWait: Duration = .seconds(120), clock: OktaClock = .wall) {
        self.share = share
        self.longestWait = longestWait
        self.clock = clock
    }

    /// Returns when one request may be made, with the time that it had to wait.
    func admit(to bucket: OktaBucket?) async throws(OktaError) -> Duration {
        guard let bucket else { return .zero }
        var waited = Duration.zero
        while let window = windows[bucket] {
            let seconds = window.end.timeIntervalSince(clock.now())
            if seconds <= 0 {
                windows[bucket] = nil
                sent[bucket] = nil
            } else if sent[bucket, default: 0] < ours(of: window), window.remaining > kept(of: window) {
                windows[bucket]?.remaining -= 1
                break
            } else if .seconds(seconds) > longestWait {
                // No window of Okta's is that long. Whoever asks in a minute finds out.
                windows[bucket] = Window(
                    limit: window.limit,
                    remaining: 0,
                    end: clock.now().addingTimeInterval(Self.windowSeconds)
                )
                throw .rateLimited(until: window.end)
            } else {
                do { try await clock.sleep(.seconds(seconds)) } catch { throw .cancelled }
                waited += .seconds(seconds)
            }
        }
        sent[bucket, default: 0] += 1
        return waited
    }

    private func ours(of window: Window) -> Int { max(1, Int(Double(window.limit) * share)) }

    private func kept(of window: Window) -> Int { Int(Double(window.limit) * Self.reserve) }

    /// Learns from an answer; false when it says nothing of a window.
    ///
    /// A limit of zero is Okta's way to say that too many requests run at once: no window explains that.
    @discardableResult
    func note(_ answer: Answer, from bucket: OktaBucket?) -> Bool {
        guard let bucket, let said = answer.rateLimit else { return false }
        let now = clock.now()
        // One second more, since the reset is given in whole seconds.
        let end = now.addingTimeInterval(max(0, said.reset.timeIntervalSince(answer.date ?? now)) + 1)
        if answer.status == 429 {
            windows[bucket] = Window(limit: said.limit, remaining: 0, end: end)
        } else if let known = windows[bucket], abs(known.end.timeIntervalSince(end)) < 3 {
            // Answers overtake one another; the lowest number of a window is the truest.
            windows[bucket]?.remaining = min(known.remaining, said.remaining)
        } else if (windows[bucket]?.end ?? .distantPast) < end {
            // Of a window that begins before the last one is seen to end, this is the first request.
            if windows[bucket] != nil { sent[bucket] = 1 }
            windows[bucket] = Window(limit: said.limit, remaining: said.remaining, end: end)
        }
        return true
    }
}
