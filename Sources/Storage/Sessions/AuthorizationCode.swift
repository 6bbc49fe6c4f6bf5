public import Directory

/// What stands behind an authorization code (RFC 6749 §4.1) that was given to Connect.
///
/// The code is good once, for 60 seconds. Shown a second time, it ends the session that was opened for it the first
/// time (RFC 6749 §4.1.2).
public struct AuthorizationCode: Identifiable, Hashable, Sendable {
    public typealias ID = Identifier<AuthorizationCode>

    /// Seconds for which a code is good.
    public static let lifetime = 60

    public let id: ID
    public let user: User.ID
    /// The exact redirect URI of the authorization request, which the token request has to repeat.
    public let redirectURI: String
    /// The PKCE code challenge (S256), which the caller compares with the verifier of the token request.
    public let challenge: String
}
