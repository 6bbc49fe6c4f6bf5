import Crypto
import CryptoExtras
import Foundation

/// A password as it is kept: the scrypt parameters, the salt and the derived key (RFC 7914), in one line of text.
///
/// The parameters stand beside the key, so that new passwords can be made harder and old ones still be verified.
struct PasswordHash: Equatable, Sendable {
    /// N = 2^17, r = 8, p = 1, as OWASP recommends: about 0.4 s and 137 MB an attempt.
    static let cost = 17

    let cost: Int
    let salt: Data
    let key: Data

    /// Derives the key of a password. Slow and large on purpose: only ``PasswordWork`` calls it.
    init(of password: String, cost: Int = cost, salt: Data = Data(Token.randomBytes(16))) throws {
        let normalized = Data(password.precomposedStringWithCompatibilityMapping.utf8)
        let derived = try KDF.Scrypt.deriveKey(
            from: normalized,
            salt: salt,
            outputByteCount: 32,
            rounds: 1 << cost,
            blockSize: 8,
            parallelism: 1
        )
        self.cost = cost
        self.salt = salt
        self.key = derived.withUnsafeBytes { Data($0) }
    }

    /// Reads what ``text`` wrote; nil for anything else.
    init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let cost = Int(parts[1]), (1...20).contains(cost),
            parts[2] == "8", parts[3] == "1",
            let salt = Data(base64Encoded: String(parts[4])), let key = Data(base64Encoded: String(parts[5])),
            key.count == 32
        else { return nil }
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    /// `scrypt$17$8$1$SALT$KEY`, salt and key in base64.
    var text: String {
        "scrypt$\(cost)$8$1$\(salt.base64EncodedString())$\(key.base64EncodedString())"
    }

    /// Whether the password is this one, compared in constant time.
    func isOf(_ password: String) throws -> Bool {
        let other = try PasswordHash(of: password, cost: cost, salt: salt)
        return zip(key, other.key).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
