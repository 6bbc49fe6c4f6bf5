import Foundation

/// The claims of an ID token as they came; a claim of an odd type reads as if it were missing, unless it is optional.
struct TokenClaims {
    enum Name: String, CodingKey {
        case iss
        case sub
        case aud
        case azp
        case exp
        case iat
        case nbf
        case nonce
        case atHash = "at_hash"
        case email
        case emailVerified = "email_verified"
        case preferredUsername = "preferred_username"
        case name
    }

    private let fields: KeyedDecodingContainer<Name>

    init(_ text: Data) throws(OIDCError) {
        do {
            fields = try JSONDecoder().decode(Opened.self, from: text).fields
        } catch {
            throw .tokenRefused(.form)
        }
    }

    var issuer: String? { text(.iss) }

    /// One text or a list of texts; empty where it is anything else.
    var audience: [String] {
        text(.aud).map { [$0] } ?? (try? fields.decode([String].self, forKey: .aud)) ?? []
    }

    func has(_ name: Name) -> Bool { fields.contains(name) }

    func text(_ name: Name) -> String? { try? fields.decode(String.self, forKey: name) }

    /// nil where the claim is absent; a claim of another type fails its check.
    func optional(_ name: Name, or flaw: OIDCError.TokenFlaw) throws(OIDCError) -> String? {
        guard has(name) else { return nil }
        guard let text = text(name) else { throw .tokenRefused(flaw) }
        return text
    }

    /// Seconds since 1970, between 1970 and the year 5138; nil for everything else.
    func time(_ name: Name) -> TimeInterval? {
        guard let seconds = try? fields.decode(Double.self, forKey: name), (0...100_000_000_000).contains(seconds)
        else {
            return nil
        }
        return seconds
    }

    func isTrue(_ name: Name) -> Bool { (try? fields.decode(Bool.self, forKey: name)) ?? false }

    private struct Opened: Decodable {
        let fields: KeyedDecodingContainer<Name>

        init(from decoder: any Decoder) throws {
            fields = try decoder.container(keyedBy: Name.self)
        }
    }
}
