public import Foundation

/// An ID token whose every check has passed.
public struct IDToken: Sendable {
    /// As it came, for `id_token_hint` at sign-out. As secret as a session: never logged.
    public let text: String
    public let claims: Claims

    /// What Okta says about the person who signed in.
    public struct Claims: Hashable, Sendable {
        public let issuer: String
        /// `sub`: Okta's user id, the only key by which a user is found.
        public let subject: String
        public let issuedAt: Date
        public let expiresAt: Date
        /// nil where Okta sends none, as for users without one. Never proof of who somebody is.
        public let email: String?
        /// Only a JSON `true` counts.
        public let isEmailVerified: Bool
        /// The Okta username.
        public let preferredUsername: String?
        public let name: String?
    }
}
