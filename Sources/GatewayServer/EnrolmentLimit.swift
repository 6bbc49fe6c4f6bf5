import HTTPTypes
import SignIn

/// How often one source may try codes that are none: ten at once, then one each six seconds.
///
/// It is this server's, and forgotten when it restarts. A code has 160 bits, so what this keeps small is the work, and the noise.
actor EnrolmentLimit {
    static let burst = 10.0
    /// Seconds after which a source may try once more.
    static let interval = 6.0

    private struct Tries {
        var left: Double
        var at: ContinuousClock.Instant
    }

    private var tries = SourceTable<Tries>()
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.now = now
    }

    /// Takes a try off, before it is known how it ends, so that many at once gain nothing.
    ///
    /// - Throws: 429 where the source has none left.
    func admit(_ source: String) throws(SignIn.Problem) {
        let time = now()
        let key = tries.key(for: source) { Self.left($0, at: time) >= Self.burst }
        let left = tries[key].map { Self.left($0, at: time) } ?? Self.burst
        guard left >= 1 else {
            let seconds = Int(((1 - left) * Self.interval).rounded(.up))
            throw SignIn.Problem(
                .tooManyRequests,
                "Too many codes were tried from here.",
                detail: "Try again in \(seconds == 1 ? "one second" : "\(seconds) seconds").",
                retryAfter: seconds
            )
        }
        tries[key] = Tries(left: left - 1, at: time)
    }

    /// Gives back a try whose code was good.
    func forgive(_ source: String) {
        guard let left = tries[source]?.left else { return }
        tries[source]?.left = min(Self.burst, left + 1)
    }

    private static func left(_ tries: Tries, at time: ContinuousClock.Instant) -> Double {
        min(burst, tries.left + (time - tries.at) / .seconds(1) / interval)
    }
}
