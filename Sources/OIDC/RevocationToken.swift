public import Foundation

/// The token with which the provider asks for a Universal Logout, its every check passed
/// (draft-parecki-oauth-global-token-revocation; Okta's profile of it).
///
/// It says who asks, not who is to be signed out: that stands in the request's body, which it does not sign.
public struct RevocationToken: Sendable {
    /// `jti`. Whoever takes the token has to remember it until ``goodUntil``: a second token with it is a copy.
    public let id: String
    /// When the token is too old to pass again, by our clock.
    public let goodUntil: Date

    /// What a token has to agree with.
    struct Expectation: Sendable {
        let issuer: String
        /// Okta names either the client ID or the id of the app instance in `sub`. For an app integration with OpenID Connect
        /// they are one and the same, and nothing else is taken.
        let clientID: String
        /// The address at which the request came, as configured, without a query.
        let endpoint: String
        let now: Date
    }
}

extension RevocationToken {
    /// - Parameter key: finds the key that a header names.
    init(
        verifying text: String,
        against expectation: Expectation,
        key: (TokenHeader) async throws(OIDCError) -> VerificationKey
    ) async throws(OIDCError) {
        let checks = Checks()
        let claims = try await SignedToken(verifying: text, type: .revocation, checks: checks, key: key).claims
        try checks.require(.issuer, claims.text(.iss)?.isSame(expectation.issuer) ?? false)
        let audience = claims.audience
        try checks.require(.audience, audience.count == 1 && audience[0].isSame(expectation.endpoint))
        let (issuedAt, expiresAt) = try claims.checkTimes(at: expectation.now, checks)
        // An ID token has one. Nothing of ours asked for this token, so it answers nothing.
        try checks.require(.nonce, !claims.has(.nonce))
        try checks.require(.subject, claims.text(.sub)?.isSame(expectation.clientID) ?? false)
        guard let id = claims.text(.jti), (1...255).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), let issuedAt, let expiresAt
        else { throw .tokenRefused(.claims) }
        self.id = id
        goodUntil = min(
            expiresAt.addingTimeInterval(IDToken.Expectation.skew),
            issuedAt.addingTimeInterval(IDToken.Expectation.age)
        ).addingTimeInterval(1)
    }
}
