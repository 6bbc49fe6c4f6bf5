import Crypto
import Foundation

extension IDToken {
    /// What a token has to agree with.
    struct Expectation: Sendable {
        let issuer: String
        let clientID: String
        let nonce: String
        /// What came in the same answer; nil when none did.
        let accessToken: String?
        let now: Date

        /// How far two clocks may differ, in seconds.
        static let skew: TimeInterval = 60
        /// How old a token may be when it comes, in seconds.
        static let age: TimeInterval = 600
    }

    /// Verifies a token: its form, its signature, its claims, each check by its name (OpenID Connect Core 1.0 §3.1.3.7).
    ///
    /// - Parameter key: finds the key that a header names.
    init(
        verifying text: String,
        against expectation: Expectation,
        checks: Checks,
        key: (TokenHeader) async throws(OIDCError) -> VerificationKey
    ) async throws(OIDCError) {
        let token = try await SignedToken(verifying: text, type: .idToken, checks: checks, key: key)
        self.text = text
        self.claims = try Claims(token.claims, against: expectation, checks: checks)
        self.all = ClaimValue.members(of: token.claimBytes)
    }
}

extension IDToken.Claims {
    fileprivate init(
        _ claims: TokenClaims,
        against expectation: IDToken.Expectation,
        checks: Checks
    ) throws(OIDCError) {
        let issuer = claims.text(.iss)
        try checks.require(.issuer, issuer?.isSame(expectation.issuer) ?? false)
        // No other audience is trusted, so a token for two apps is not for us.
        let audience = claims.audience
        try checks.require(.audience, !audience.isEmpty && audience.allSatisfy { $0.isSame(expectation.clientID) })
        try checks.require(
            .authorizedParty,
            claims.has(.azp) ? claims.text(.azp)?.isSame(expectation.clientID) ?? false : nil
        )
        let (issuedAt, expiresAt) = try claims.checkTimes(at: expectation.now, checks)
        try checks.require(.nonce, claims.text(.nonce)?.equalsInConstantTime(expectation.nonce) ?? false)
        try checks.require(
            .accessTokenHash,
            claims.has(.atHash) ? Self.isHash(claims.text(.atHash), of: expectation.accessToken) : nil
        )
        let subject = claims.text(.sub)
        try checks.require(.subject, subject.map(Self.isSubject) ?? false)

        guard let issuer, let expiresAt, let issuedAt, let subject else { throw .tokenRefused(.claims) }
        self.init(
            issuer: issuer,
            subject: subject,
            issuedAt: issuedAt,
            expiresAt: expiresAt,
            authenticatedAt: claims.time(.authTime).map(Date.init(timeIntervalSince1970:)),
            email: claims.text(.email),
            isEmailVerified: claims.isTrue(.emailVerified),
            preferredUsername: claims.text(.preferredUsername),
            name: claims.text(.name)
        )
    }

    /// False where there is no access token: a token may not speak of one that did not come.
    private static func isHash(_ hash: String?, of accessToken: String?) -> Bool {
        guard let hash, let accessToken else { return false }
        return hash.isSame(leftHalfOfHash(accessToken))
    }

    /// RS256 and ES256 both hash with SHA-256 (OpenID Connect Core 1.0 §3.1.3.6).
    private static func leftHalfOfHash(_ accessToken: String) -> String {
        Base64URL.encode(SHA256.hash(data: Data(accessToken.utf8)).prefix(16))
    }

    private static func isSubject(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}

extension String {
    /// Takes as long for a wrong value as for the right one of the same length.
    fileprivate func equalsInConstantTime(_ other: String) -> Bool {
        let (mine, theirs) = (Array(utf8), Array(other.utf8))
        guard mine.count == theirs.count else { return false }
        return zip(mine, theirs).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
