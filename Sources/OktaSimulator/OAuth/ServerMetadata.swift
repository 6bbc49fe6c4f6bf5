/// What the org's authorization server says of itself, for `/.well-known/openid-configuration`. An endpoint or a method that is not
/// here does not exist in the simulator.
struct ServerMetadata: Encodable {
    let issuer: String
    let authorizationEndpoint: String
    let tokenEndpoint: String
    let userinfoEndpoint: String
    let jwksURI: String
    let endSessionEndpoint: String
    let introspectionEndpoint: String
    let revocationEndpoint: String
    let responseTypesSupported = ["code"]
    let responseModesSupported = ["query", "fragment", "form_post"]
    let grantTypesSupported = ["authorization_code"]
    let subjectTypesSupported = ["public"]
    let idTokenSigningAlgValuesSupported = ["RS256"]
    let scopesSupported = ["openid", "email", "profile", "address", "phone", "groups"]
    let tokenEndpointAuthMethodsSupported = ["client_secret_basic", "client_secret_post"]
    let claimsSupported = [
        "iss", "ver", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr", "idp", "nonce", "name", "nickname",
        "preferred_username", "given_name", "middle_name", "family_name", "email", "email_verified", "profile",
        "zoneinfo", "locale", "address", "phone_number", "picture", "website", "gender", "birthdate", "updated_at",
        "at_hash", "c_hash",
    ]
    let codeChallengeMethodsSupported = ["S256"]
    let introspectionEndpointAuthMethodsSupported = ["client_secret_basic", "client_secret_post"]
    let revocationEndpointAuthMethodsSupported = ["client_secret_basic", "client_secret_post"]
    let requestParameterSupported = false

    init(origin: String) {
        issuer = origin
        authorizationEndpoint = origin + "/oauth2/v1/authorize"
        tokenEndpoint = origin + "/oauth2/v1/token"
        userinfoEndpoint = origin + "/oauth2/v1/userinfo"
        jwksURI = origin + "/oauth2/v1/keys"
        endSessionEndpoint = origin + "/oauth2/v1/logout"
        introspectionEndpoint = origin + "/oauth2/v1/introspect"
        revocationEndpoint = origin + "/oauth2/v1/revoke"
    }
}

/// `/.well-known/okta-organization`.
struct OrganisationMetadata: Encodable {
    struct Links: Encodable {
        struct Link: Encodable {
            let href: String
        }

        let organization: Link
    }

    let id: String
    let pipeline = "idx"
    let links: Links

    private enum CodingKeys: String, CodingKey {
        case id
        case pipeline
        case links = "_links"
    }
}

/// The public keys, for `/oauth2/v1/keys`.
struct PublishedKeys: Encodable {
    struct Key: Encodable {
        let kty = "RSA"
        let alg = "RS256"
        let use = "sig"
        let kid: String
        let e: String
        let n: String
    }

    let keys: [Key]

    init(_ keys: [SigningKeys.Key]) {
        self.keys = keys.map { Key(kid: $0.id, e: $0.exponent.base64URL, n: $0.modulus.base64URL) }
    }
}
