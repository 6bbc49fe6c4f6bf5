import Foundation

/// How often each of many callers may do something, within a window of time.
///
/// It is kept in memory: it slows guessing down on one server, and forgets at a restart. Callers beyond the bound of the
/// ``SourceTable`` share one count.
actor RateLimit {
    private struct Count {
        var since: Date
        var uses: Int
    }

    private let uses: Int
    private let window: TimeInterval
    private let now: @Sendable () -> Date
    private var counts: SourceTable<Count>

    /// - Parameter window: seconds.
    init(uses: Int, window: TimeInterval, capacity: Int = 4096, now: @escaping @Sendable () -> Date) {
        self.uses = uses
        self.window = window
        self.counts = SourceTable(most: capacity)
        self.now = now
    }

    /// Counts one use, and says whether it is within the limit.
    func allows(_ caller: String) -> Bool {
        let now = now()
        let key = counts.key(for: caller) { now.timeIntervalSince($0.since) >= window }
        var count = counts[key] ?? Count(since: now, uses: 0)
        if now.timeIntervalSince(count.since) >= window { count = Count(since: now, uses: 0) }
        count.uses += 1
        counts[key] = count
        return count.uses <= uses
    }

    /// Takes back one use, which turned out to be none of those that are limited.
    func forgive(_ caller: String) {
        guard let count = counts[caller], count.uses > 0 else { return }
        counts[caller]?.uses = count.uses - 1
    }
}
