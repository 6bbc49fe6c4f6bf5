import Crypto
import Foundation

/// A password as the simulator keeps it: SHA-256 with a salt. Enough for a simulator, whose people are made up; a
/// server with real people needs a slow function.
struct PasswordDigest: Sendable {
    private let salt: [UInt8]
    private let digest: SHA256.Digest

    init(_ password: String) {
        var system = SystemRandomNumberGenerator()
        salt = withUnsafeBytes(of: (system.next(), system.next())) { Array($0) }
        digest = Self.digest(of: password, salt: salt)
    }

    func matches(_ password: String) -> Bool { Self.digest(of: password, salt: salt) == digest }

    private static func digest(of password: String, salt: [UInt8]) -> SHA256.Digest {
        SHA256.hash(data: salt + Array(password.utf8))
    }
}
