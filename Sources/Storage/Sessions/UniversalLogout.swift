public import Directory

public import struct Foundation.Date

/// Okta's word that everything which a user holds is to end (draft-parecki-oauth-global-token-revocation), after its token was
/// verified.
public struct UniversalLogout: Sendable {
    /// Whom it is about (RFC 9493).
    public enum Subject: Hashable, Sendable {
        /// Okta's user id, of our org.
        case user(User.ID)
        case email(String)
    }

    public enum Outcome: Hashable, Sendable {
        case done(sessions: Int, connections: Int)
        /// The token was used before: nothing is done.
        case tokenUsed
        case unknownUser
        /// Several users share the e-mail: nothing is done, since one of them was not meant.
        case severalUsers
    }

    /// `jti` of the token; only its SHA-256 is kept.
    public let tokenID: String
    /// Until when the token would be accepted, and so for how long its id is remembered.
    public let tokenExpiresAt: Date
    public let subject: Subject

    public init(tokenID: String, tokenExpiresAt: Date, subject: Subject) {
        self.tokenID = tokenID
        self.tokenExpiresAt = tokenExpiresAt
        self.subject = subject
    }
}
