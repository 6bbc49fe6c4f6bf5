import Crypto
import Foundation

/// The secret of an authenticator app, and the codes it shows: HMAC-SHA-1, six digits, a new one each 30 seconds
/// (RFC 6238), which is all that every app can do.
struct TOTP: Sendable {
    static let digits = 6
    /// Seconds.
    static let period = 30
    /// Bytes: as long as the hash (RFC 4226 §4, R6).
    static let secretLength = 20

    let secret: Data

    /// The step that a time lies in, counted from 1970.
    static func step(at time: Date) -> Int64 {
        Int64((time.timeIntervalSince1970 / Double(period)).rounded(.down))
    }

    /// - Parameter digits: 6, or 8 for the RFC's test values.
    func code(at step: Int64, digits: Int = TOTP.digits) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Data($0) }
        let hash = Array(
            HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret))
        )
        let offset = Int(hash[19] & 15)
        let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let modulus = (0..<digits).reduce(UInt32(1)) { product, _ in product * 10 }
        let text = String(number % modulus)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The step whose code this is: the present one or one beside it, for clocks that differ; nil for any other, and for
    /// one that is not after `last`, so that a code that was seen is worth nothing (RFC 6238 §5.2).
    func step(of code: String, at time: Date, after last: Int64) -> Int64? {
        let present = Self.step(at: time)
        let matching = [present, present - 1, present + 1].filter { Self.areEqual(self.code(at: $0), code) }
        return matching.first { $0 > last }
    }

    private static func areEqual(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
