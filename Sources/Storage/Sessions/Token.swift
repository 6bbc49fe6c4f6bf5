import Crypto
import Foundation

/// Secrets that we give out, and what is kept of them.
enum Token {
    /// A new token of 256 random bits, as 43 characters of base64url (RFC 4648 §5).
    static func new() -> Secret {
        Secret(Data(randomBytes(32)).base64URLEncoded)
    }

    /// What is kept of a token: its SHA-256 in hexadecimal. A token has too many bits to be guessed from it, so no salt
    /// is needed.
    static func digest(_ token: String) -> String {
        SHA256.hash(data: Data(token.utf8)).hexadecimal
    }

    static func randomBytes(_ count: Int) -> [UInt8] {
        // Eight at a time: each number of the generator is a call of the system.
        var generator = SystemRandomNumberGenerator()
        let numbers = (0..<(count + 7) / 8).map { _ in generator.next() }
        return numbers.withUnsafeBytes { Array($0.prefix(count)) }
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
