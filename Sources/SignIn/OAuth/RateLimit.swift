import Foundation

/// How often each of many callers may do something, within a window of time.
///
/// It is kept in memory: it slows guessing down on one server, and forgets at a restart. Callers beyond `capacity`
/// share one count, so that inventing callers gains nothing.
actor RateLimit {
    private struct Count {
        var since: Date
        var uses: Int
    }

    private let uses: Int
    private let window: TimeInterval
    private let capacity: Int
    private let now: @Sendable () -> Date
    private var counts: [String: Count] = [:]

    /// - Parameter window: seconds.
    init(uses: Int, window: TimeInterval, capacity: Int = 4096, now: @escaping @Sendable () -> Date) {
        self.uses = uses
        self.window = window
        self.capacity = capacity
        self.now = now
    }

    /// Counts one use, and says whether it is within the limit.
    func allows(_ caller: String) -> Bool {
        let now = now()
        if counts.count >= capacity, counts[caller] == nil {
            counts = counts.filter { now.timeIntervalSince($0.value.since) < window }
        }
        let key = counts.count >= capacity && counts[caller] == nil ? "" : caller
        var count = counts[key] ?? Count(since: now, uses: 0)
        if now.timeIntervalSince(count.since) >= window { count = Count(since: now, uses: 0) }
        count.uses += 1
        counts[key] = count
        return count.uses <= uses
    }
}
