public import Foundation

/// An ID token whose every check has passed.
public struct IDToken: Sendable {
    /// As it came, for `id_token_hint` at sign-out. As secret as a session: never logged.
    public let text: String
    public let claims: Claims
    /// Every claim as it came, those included that nobody asked for.
    public let all: [String: ClaimValue]

    /// What Okta says about the person who signed in.
    public struct Claims: Hashable, Sendable {
        public let issuer: String
        /// `sub`: Okta's user id, the only key by which a user is found.
        public let subject: String
        public let issuedAt: Date
        public let expiresAt: Date
        /// `auth_time`: when the person last showed the provider who they are, which may be long before this sign-in; nil where it
        /// does not say.
        public let authenticatedAt: Date?
        /// nil where Okta sends none, as for users without one. Never proof of who somebody is.
        public let email: String?
        /// Only a JSON `true` counts.
        public let isEmailVerified: Bool
        /// The Okta username.
        public let preferredUsername: String?
        public let name: String?
    }
}
