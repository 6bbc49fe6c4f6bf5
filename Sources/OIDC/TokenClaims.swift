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
        case jti
        case nonce
        case authTime = "auth_time"
        case atHash = "at_hash"
        case email
        case emailVerified = "email_verified"
        case preferredUsername = "preferred_username"
        case name
    }

    private let fields: KeyedDecodingContainer<Name>

    /// nil where the text is no JSON object.
    init?(_ text: Data) {
        guard let fields = try? JSONDecoder().decode(Opened.self, from: text).fields else { return nil }
        self.fields = fields
    }

    /// One text or a list of texts; empty where it is anything else.
    var audience: [String] {
        text(.aud).map { [$0] } ?? (try? fields.decode([String].self, forKey: .aud)) ?? []
    }

    func has(_ name: Name) -> Bool { fields.contains(name) }

    func text(_ name: Name) -> String? { try? fields.decode(String.self, forKey: name) }

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
