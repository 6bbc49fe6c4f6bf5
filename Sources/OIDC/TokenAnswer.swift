import Foundation

/// What the token endpoint answered (RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3).
struct TokenAnswer: Sendable {
    let idToken: String
    let accessToken: String?

    init(
        _ answer: Result<Fetch.Answer, OIDCError>,
        from host: String,
        checks: Checks
    ) throws(OIDCError) {
        let fields = try checks.require(.tokenAnswer, answer.flatMap { Self.read($0, from: host) })
        try checks.require(
            .tokenType,
            fields.tokenType?.lowercased() == "bearer",
            or: .malformedResponse(cause: "another token type")
        )
        idToken = fields.idToken
        accessToken = fields.accessToken
    }

    private static func read(_ answer: Fetch.Answer, from host: String) -> Result<Fields, OIDCError> {
        if let error = try? StrictJSON.decode(OAuthError.self, from: answer.body) { return .failure(error.atToken) }
        switch answer.status {
        case 200: break
        case 429, 500...: return .failure(.providerUnavailable(host: host, status: answer.status))
        default:
            return .failure(.malformedResponse(cause: "HTTP status \(answer.status) without an error code"))
        }
        guard let fields = try? StrictJSON.decode(Fields.self, from: answer.body) else {
            return .failure(.malformedResponse(cause: "no token response"))
        }
        return .success(fields)
    }

    private struct Fields: Decodable {
        let idToken: String
        let accessToken: String?
        let tokenType: String?

        enum CodingKeys: String, CodingKey {
            case idToken = "id_token"
            case accessToken = "access_token"
            case tokenType = "token_type"
        }
    }
}
