import Foundation

/// What a provider says about itself (OpenID Connect Discovery 1.0 §3), as far as it is used.
struct ProviderMetadata: Sendable, Hashable {
    let issuer: String
    let authorizationEndpoint: String
    let tokenEndpoint: String
    let keysEndpoint: String
    /// nil where there is no UserInfo.
    let userInfoEndpoint: String?
    /// nil where sign-out at the provider is not offered.
    let endSessionEndpoint: String?
    /// Whether every authorization response has an `iss` (RFC 9207 §3).
    let namesIssuerInResponses: Bool

    /// Checks a discovery document; nothing of one that fails a check is used.
    init(_ document: Document, at address: IssuerAddress, checks: Checks) throws(OIDCError) {
        try checks.require(
            .discoveryIssuer,
            document.issuer.isSame(address.issuer),
            or: .issuerMismatch(expected: address.issuer, came: String(document.issuer.prefix(200)))
        )
        try checks.require(
            .proofKey,
            document.challengeMethods?.contains("S256") ?? false,
            or: .metadataRefused(.noS256)
        )
        try checks.require(
            .signingAlgorithms,
            document.algorithms.contains { SignatureAlgorithm(rawValue: $0) != nil },
            or: .metadataRefused(.noUsableAlgorithm)
        )
        try checks.require(.endpoints, address.verify(document.endpoints))
        issuer = document.issuer
        authorizationEndpoint = document.authorization
        tokenEndpoint = document.token
        keysEndpoint = document.keys
        userInfoEndpoint = document.userInfo
        endSessionEndpoint = document.endSession
        namesIssuerInResponses = document.namesIssuer ?? false
    }

    /// The discovery document as it came.
    struct Document: Decodable, Sendable {
        let issuer: String
        let authorization: String
        let token: String
        let keys: String
        let userInfo: String?
        let endSession: String?
        let challengeMethods: [String]?
        let algorithms: [String]
        let namesIssuer: Bool?

        var endpoints: [String] { [authorization, token, keys] + [userInfo, endSession].compactMap(\.self) }

        /// nil where the text is no discovery document.
        init?(_ text: Data) {
            guard let document = try? StrictJSON.decode(Document.self, from: text) else { return nil }
            self = document
        }

        enum CodingKeys: String, CodingKey {
            case issuer
            case authorization = "authorization_endpoint"
            case token = "token_endpoint"
            case keys = "jwks_uri"
            case userInfo = "userinfo_endpoint"
            case endSession = "end_session_endpoint"
            case challengeMethods = "code_challenge_methods_supported"
            case algorithms = "id_token_signing_alg_values_supported"
            case namesIssuer = "authorization_response_iss_parameter_supported"
        }
    }
}
