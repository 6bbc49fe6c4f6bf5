import Foundation

/// When a notification that failed is tried again: soon at first, then each hour for a day.
enum Backoff {
    private static let seconds: [TimeInterval] = [10, 60, 300, 1800]
    private static let hour: TimeInterval = 3600
    private static let longest: TimeInterval = 86400

    /// nil where it is given up.
    ///
    /// - Parameter failures: How often it failed, this time included.
    static func next(after failures: Int, since start: Date, now: Date) -> Date? {
        let next = now.addingTimeInterval(failures <= seconds.count ? seconds[max(0, failures - 1)] : hour)
        return next.timeIntervalSince(start) <= longest ? next : nil
    }
}
