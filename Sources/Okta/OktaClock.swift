public import Foundation

/// Time and chance, as parameters: tests move the time and fix the chance.
public struct OktaClock: Sendable {
    public let now: @Sendable () -> Date
    /// Ends early, by throwing, when its task is cancelled.
    public let sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to 1, which keeps many clients from retrying at the same moment.
    public let jitter: @Sendable () -> Double

    public init(
        now: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        jitter: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.jitter = jitter
    }

    /// The clock on the wall.
    public static let wall = OktaClock(
        now: { Date() },
        sleep: { try await Task.sleep(for: $0) },
        jitter: { Double.random(in: 0..<1) }
    )
}
