import Foundation
import HTTPTypes
import SignIn

/// How often one source may ask what anybody may ask: a burst, then one each few seconds.
///
/// A source is an IPv4 address, or the first 64 bits of an IPv6 address. Behind a proxy that hides the addresses, all
/// share one allowance.
actor SourceLimit {
    static let burst = 30.0
    /// Seconds after which a source may ask once more.
    static let interval = 3.0
    /// Sources that are remembered; beyond them, newcomers share one allowance, so that a flood fills no memory.
    private static let mostSources = 10_000

    private struct Allowance {
        var left: Double
        var at: ContinuousClock.Instant
    }

    private var allowances: [String: Allowance] = [:]
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.now = now
    }

    /// - Throws: 429 with the time to wait where the source asked too often.
    func admit(_ address: String?) throws(SignIn.Problem) {
        let time = now()
        let source = key(for: address, at: time)
        var allowance = refilled(allowances[source] ?? Allowance(left: Self.burst, at: time), at: time)
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

    private func refilled(_ allowance: Allowance, at time: ContinuousClock.Instant) -> Allowance {
        let seconds = (time - allowance.at) / .seconds(1)
        return Allowance(left: min(Self.burst, allowance.left + seconds / Self.interval), at: time)
    }

    private func key(for address: String?, at time: ContinuousClock.Instant) -> String {
        let source = Self.source(of: address)
        guard allowances[source] == nil, allowances.count >= Self.mostSources else { return source }
        allowances = allowances.filter { refilled($0.value, at: time).left < Self.burst }
        return allowances.count < Self.mostSources ? source : "others"
    }

    /// An IPv6 address as its first four groups; the parts of a shortened one are filled in first.
    static func source(of address: String?) -> String {
        guard let address, address.contains(":") else { return address ?? "unknown" }
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        return withUnsafeBytes(of: &bytes) { raw in
            // ::ffff:a.b.c.d is an IPv4 address on a socket for both.
            let isMapped = raw[..<10].allSatisfy { $0 == 0 } && raw[10] == 0xFF && raw[11] == 0xFF
            return isMapped
                ? raw[12...].map(String.init).joined(separator: ".")
                : raw[..<8].map { String($0, radix: 16) }.joined(separator: ":")
        }
    }
}
