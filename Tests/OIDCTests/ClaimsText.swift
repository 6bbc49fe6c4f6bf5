import Foundation

/// The claims of an ID token as JSON, right unless a test changes one.
enum ClaimsText {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)
    static let nonce = "n-0S6_WzA2Mj"

    /// - Parameter changes: JSON by claim; nil takes the claim out.
    static func json(issuer: String = "https://acme.okta.com", _ changes: [String: String?] = [:]) -> String {
        let time = Int(now.timeIntervalSince1970)
        var claims: [String: String?] = [
            "iss": "\"\(issuer)\"", "sub": "\"00u1ana\"", "aud": "\"0oa1\"", "iat": "\(time)", "exp": "\(time + 3600)",
            "nonce": "\"\(nonce)\"", "email": "\"ana@acme.example\"", "email_verified": "true",
            "preferred_username": "\"ana@acme.example\"", "name": "\"Ana Silva\"", "ver": "1",
        ]
        claims.merge(changes) { $1 }
        let fields = claims.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        return "{" + fields.sorted().joined(separator: ",") + "}"
    }
}
