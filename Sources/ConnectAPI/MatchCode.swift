import Crypto
import Foundation

/// Four letters that Connect and the page in the browser both show, so that nobody confirms a sign-in that somebody else began.
///
/// Both make them from the code challenge of the authorization request (RFC 7636), so nothing is sent for them and any
/// OAuth client can be confirmed. They are for the eye: 160,000 codes keep two sign-ins apart, and prove nothing.
public enum MatchCode {
    /// Consonants without `Y`: no code spells a word.
    private static let letters = Array("BCDFGHJKLMNPQRSTVWXZ")

    /// The first four bytes of SHA-256 of a fixed label and the challenge, each modulo twenty.
    public static func of(challenge: String) -> String {
        let digest = SHA256.hash(data: Data("timus match code\n\(challenge)".utf8))
        return String(digest.prefix(4).map { letters[Int($0) % letters.count] })
    }
}
