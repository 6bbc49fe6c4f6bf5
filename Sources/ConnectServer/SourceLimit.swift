import Foundation
import HTTPTypes
import SignIn
import Storage

/// How often one source may ask what anybody may ask: a burst, then one each few seconds.
///
/// A source is an IPv4 address, or the first 64 bits of an IPv6 address. Behind a proxy that hides the addresses, all
/// share one allowance.
actor SourceLimit {
    static let burst = 30.0
    /// Seconds after which a source may ask once more.
    static let interval = 3.0

    private struct Allowance {
        var left: Double
        var at: ContinuousClock.Instant
    }

    private var allowances = SourceTable<Allowance>()
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.now = now
    }

    /// - Throws: 429 with the time to wait where the source asked too often.
    func admit(_ address: String?) throws(SignIn.Problem) {
        let time = now()
        let source = allowances.key(for: NetworkSource.of(address)) {
            Self.refilled($0, at: time).left >= Self.burst
        }
        var allowance = Self.refilled(allowances[source] ?? Allowance(left: Self.burst, at: time), at: time)
        guard allowance.left >= 1 else {
            let seconds = Int(((1 - allowance.left) * Self.interval).rounded(.up))
            throw SignIn.Problem(
                .tooManyRequests,
                "Too many addresses were asked for from here.",
                detail: "Try again in \(seconds == 1 ? "one second" : "\(seconds) seconds")."
            )
        }
        allowance.left -= 1
        allowances[source] = allowance
    }

    private static func refilled(_ allowance: Allowance, at time: ContinuousClock.Instant) -> Allowance {
        let seconds = (time - allowance.at) / .seconds(1)
        return Allowance(left: min(burst, allowance.left + seconds / interval), at: time)
    }
}
