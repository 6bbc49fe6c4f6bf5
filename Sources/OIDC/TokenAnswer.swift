import Foundation

/// What the token endpoint answered (RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3).
struct TokenAnswer: Sendable {
    let idToken: String
    let accessToken: String?

    init(_ answer: Fetch.Answer, from host: String) throws(OIDCError) {
        if let error = try? JSONDecoder().decode(OAuthError.self, from: answer.body) { throw error.atToken }
        switch answer.status {
        case 200: break
        case 429, 500...: throw .providerUnavailable(host: host, status: answer.status)
        default: throw .malformedResponse(cause: "HTTP status \(answer.status) without an error code")
        }
        let fields: Fields
        do {
            fields = try JSONDecoder().decode(Fields.self, from: answer.body)
        } catch {
            throw .malformedResponse(cause: "no token response")
        }
        guard fields.tokenType.lowercased() == "bearer" else { throw .malformedResponse(cause: "another token type") }
        idToken = fields.idToken
        accessToken = fields.accessToken
    }

    private struct Fields: Decodable {
        let idToken: String
        let accessToken: String?
        let tokenType: String

        enum CodingKeys: String, CodingKey {
            case idToken = "id_token"
            case accessToken = "access_token"
            case tokenType = "token_type"
        }
    }
}
