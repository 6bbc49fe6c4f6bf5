import Foundation

/// What a provider says about itself (OpenID Connect Discovery 1.0 §3), as far as it is used.
struct ProviderMetadata: Sendable, Hashable {
    let issuer: String
    let authorizationEndpoint: String
    let tokenEndpoint: String
    let keysEndpoint: String
    /// nil where sign-out at the provider is not offered.
    let endSessionEndpoint: String?

    /// Reads and checks the discovery document; nothing of a document that fails a check is used.
    init(_ document: Data, at address: IssuerAddress) throws(OIDCError) {
        let fields: Fields
        do {
            fields = try JSONDecoder().decode(Fields.self, from: document)
        } catch {
            throw .notProvider(host: address.host, cause: "no discovery document")
        }
        guard fields.issuer == address.issuer else {
            throw .issuerMismatch(expected: address.issuer, came: String(fields.issuer.prefix(200)))
        }
        guard fields.challengeMethods?.contains("S256") == true else { throw .metadataRefused(.noS256) }
        guard fields.algorithms.contains(where: { SignatureAlgorithm(rawValue: $0) != nil }) else {
            throw .metadataRefused(.noUsableAlgorithm)
        }
        for endpoint in [fields.authorization, fields.token, fields.keys] { try address.verify(endpoint) }
        if let endpoint = fields.endSession { try address.verify(endpoint) }
        issuer = fields.issuer
        authorizationEndpoint = fields.authorization
        tokenEndpoint = fields.token
        keysEndpoint = fields.keys
        endSessionEndpoint = fields.endSession
    }

    private struct Fields: Decodable {
        let issuer: String
        let authorization: String
        let token: String
        let keys: String
        let endSession: String?
        let challengeMethods: [String]?
        let algorithms: [String]

        enum CodingKeys: String, CodingKey {
            case issuer
            case authorization = "authorization_endpoint"
            case token = "token_endpoint"
            case keys = "jwks_uri"
            case endSession = "end_session_endpoint"
            case challengeMethods = "code_challenge_methods_supported"
            case algorithms = "id_token_signing_alg_values_supported"
        }
    }
}
