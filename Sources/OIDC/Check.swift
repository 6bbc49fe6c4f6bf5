/// Everything that is verified during one sign-in, in the order in which it is.
public enum Check: String, Sendable, CaseIterable {
    // Discovery
    case discoveryAnswer
    case discoveryIssuer
    case proofKey
    case signingAlgorithms
    case endpoints

    // Authorization response
    case responseForm
    case responseState
    case responseIssuer
    case responseCode

    // Token response
    case tokenAnswer
    case tokenType

    // ID token
    case size
    case form
    case header
    case type
    case algorithm
    case criticalHeader
    case key
    case keyAlgorithm
    case signature
    case claims
    case issuer
    case audience
    case authorizedParty
    case expiry
    case issuedAt
    case notBefore
    case nonce
    case accessTokenHash
    case subject

    // UserInfo
    case userInfoAnswer
    case userInfoSubject

    /// What became of one.
    public enum Outcome: Sendable {
        case passed
        case failed
        /// The provider said nothing that could be checked, and did not have to.
        case notApplicable
    }

    /// The parts of a sign-in.
    public enum Step: String, Sendable, CaseIterable {
        case discovery
        case authorizationResponse
        case tokenResponse
        case idToken
        case userInfo
    }

    public var step: Step {
        switch self {
        case .discoveryAnswer, .discoveryIssuer, .proofKey, .signingAlgorithms, .endpoints: .discovery
        case .responseForm, .responseState, .responseIssuer, .responseCode: .authorizationResponse
        case .tokenAnswer, .tokenType: .tokenResponse
        case .userInfoAnswer, .userInfoSubject: .userInfo
        default: .idToken
        }
    }

    /// What has to be so.
    public var sentence: String {
        switch self {
        case .discoveryAnswer: "The discovery document is one JSON object of at most 64 kB, no name twice."
        case .discoveryIssuer: "It names the issuer that was asked, byte for byte."
        case .proofKey: "It offers PKCE with S256."
        case .signingAlgorithms: "It signs ID tokens with RS256 or ES256."
        case .endpoints: "Its endpoints are on the issuer's own origin, over https."
        case .responseForm: "The answer holds a state and a code or an error, each once."
        case .responseState: "The state is the one that was sent."
        case .responseIssuer: "The answer names the issuer, where the provider says that it does."
        case .responseCode: "The answer is a code, not an error."
        case .tokenAnswer: "The token response is one JSON object of at most 64 kB with an ID token, no name twice."
        case .tokenType: "The token type is Bearer."
        case .size: "The ID token is no longer than 16 kB, its header no longer than 2 kB."
        case .form: "It is three parts in base64url."
        case .header: "Its header is one JSON object, no name twice."
        case .type: "Its type is JWT, or not said."
        case .algorithm: "Its algorithm is RS256 or ES256."
        case .criticalHeader: "Its header brings no key and no extension."
        case .key: "The key that it names is in the provider's key set."
        case .keyAlgorithm: "That key is for that algorithm."
        case .signature: "The signature is right."
        case .claims: "Its claims are one JSON object, no name twice."
        case .issuer: "It comes from the issuer (iss)."
        case .audience: "It is for this client, and for no other (aud)."
        case .authorizedParty: "It was issued to this client (azp), where it says so."
        case .expiry: "It is still good (exp)."
        case .issuedAt: "It was issued within the last ten minutes (iat)."
        case .notBefore: "It is good already (nbf), where it says so."
        case .nonce: "The nonce is the one that was sent."
        case .accessTokenHash: "It belongs to the access token (at_hash), where it says so."
        case .subject: "It names somebody (sub), in 1 to 255 printable characters."
        case .userInfoAnswer: "UserInfo is one JSON object of at most 64 kB, no name twice."
        case .userInfoSubject: "It is about the same user as the ID token (sub)."
        }
    }

    /// Where the rule is written.
    public var specification: String {
        switch self {
        case .discoveryAnswer, .discoveryIssuer: "OpenID Connect Discovery 1.0 §4.3"
        case .proofKey: "RFC 7636 §4.2"
        case .signingAlgorithms, .endpoints: "OpenID Connect Discovery 1.0 §3"
        case .responseForm, .responseCode: "RFC 6749 §4.1.2"
        case .responseState: "RFC 6749 §10.12"
        case .responseIssuer: "RFC 9207 §2.4"
        case .tokenAnswer, .tokenType: "OpenID Connect Core 1.0 §3.1.3.3"
        case .size: "a limit of our own"
        case .form: "RFC 7519 §7.2"
        case .header, .claims: "RFC 7515 §4, RFC 7519 §4"
        case .type: "RFC 7519 §5.1"
        case .criticalHeader: "RFC 7515 §4.1"
        case .algorithm, .key, .keyAlgorithm, .signature: "OpenID Connect Core 1.0 §3.1.3.7, 6–8"
        case .issuer: "OpenID Connect Core 1.0 §3.1.3.7, 2"
        case .audience: "OpenID Connect Core 1.0 §3.1.3.7, 3"
        case .authorizedParty: "OpenID Connect Core 1.0 §3.1.3.7, 4–5"
        case .expiry: "OpenID Connect Core 1.0 §3.1.3.7, 9"
        case .issuedAt: "OpenID Connect Core 1.0 §3.1.3.7, 10"
        case .nonce: "OpenID Connect Core 1.0 §3.1.3.7, 11"
        case .notBefore: "RFC 7519 §4.1.5"
        case .accessTokenHash: "OpenID Connect Core 1.0 §3.1.3.8"
        case .subject: "OpenID Connect Core 1.0 §2"
        case .userInfoAnswer, .userInfoSubject: "OpenID Connect Core 1.0 §5.3"
        }
    }
}
