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

    /// Verifies a token: its form, its signature, its claims, in this order (OpenID Connect Core 1.0 §3.1.3.7).
    ///
    /// - Parameter key: finds the key of an id.
    init(
        verifying text: String,
        against expectation: Expectation,
        key: (String) async throws(OIDCError) -> VerificationKey
    ) async throws(OIDCError) {
        guard text.utf8.count <= 16 << 10 else { throw .tokenRefused(.size) }
        let parts = text.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count <= 2048, let header = Base64URL.decode(parts[0]),
            let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2])
        else { throw .tokenRefused(.form) }
        let (algorithm, kid) = try TokenHeader.read(Data(header))
        let verificationKey = try await key(kid)
        guard verificationKey.algorithm == algorithm else { throw .tokenRefused(.algorithm) }
        guard verificationKey.verifies(signature, of: Array("\(parts[0]).\(parts[1])".utf8)) else {
            throw .tokenRefused(.signature)
        }
        self.text = text
        self.claims = try Claims(TokenClaims(Data(payload)), checkedAgainst: expectation)
    }
}

extension IDToken.Claims {
    fileprivate init(
        _ claims: TokenClaims,
        checkedAgainst expectation: IDToken.Expectation
    ) throws(OIDCError) {
        let now = expectation.now.timeIntervalSince1970
        let skew = IDToken.Expectation.skew
        guard let issuer = claims.issuer, issuer == expectation.issuer else { throw .tokenRefused(.issuer) }
        // No other audience is trusted, so a token for two apps is not for us.
        guard !claims.audience.isEmpty, claims.audience.allSatisfy({ $0 == expectation.clientID }) else {
            throw .tokenRefused(.audience)
        }
        if try claims.optional(.azp, or: .authorizedParty).map({ $0 != expectation.clientID }) == true {
            throw .tokenRefused(.authorizedParty)
        }
        guard let expiresAt = claims.time(.exp), expiresAt > now - skew else { throw .tokenRefused(.expired) }
        guard let issuedAt = claims.time(.iat), issuedAt <= now + skew, issuedAt >= now - IDToken.Expectation.age else {
            throw .tokenRefused(.issuedAt)
        }
        if claims.has(.nbf) {
            guard let notBefore = claims.time(.nbf), notBefore <= now + skew else { throw .tokenRefused(.notYetValid) }
        }
        guard let nonce = claims.text(.nonce), nonce.equalsInConstantTime(expectation.nonce) else {
            throw .tokenRefused(.nonce)
        }
        if let hash = try claims.optional(.atHash, or: .accessTokenHash) {
            guard let token = expectation.accessToken, hash == Self.leftHalfOfHash(token) else {
                throw .tokenRefused(.accessTokenHash)
            }
        }
        guard let subject = claims.text(.sub), Self.isSubject(subject) else { throw .tokenRefused(.subject) }
        self.init(
            issuer: issuer,
            subject: subject,
            issuedAt: Date(timeIntervalSince1970: issuedAt),
            expiresAt: Date(timeIntervalSince1970: expiresAt),
            email: claims.text(.email),
            isEmailVerified: claims.isTrue(.emailVerified),
            preferredUsername: claims.text(.preferredUsername),
            name: claims.text(.name)
        )
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
