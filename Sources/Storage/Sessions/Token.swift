import Crypto
import Foundation

/// Secrets that we give out, and what is kept of them.
enum Token {
    /// A new token of 256 random bits, as 43 characters of base64url (RFC 4648 §5).
    static func new() -> Secret {
        Secret(base64URL(randomBytes(32)))
    }

    /// What is kept of a token: its SHA-256 in hexadecimal. A token has too many bits to be guessed from it, so no salt
    /// is needed.
    static func digest(_ token: String) -> String {
        SHA256.hash(data: Data(token.utf8)).hexadecimal
    }

    static func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    var hexadecimal: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        .joined()
    }
}
