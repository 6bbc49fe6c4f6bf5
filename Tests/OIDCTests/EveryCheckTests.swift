import Foundation
import Testing

@testable import OIDC

/// No check is there for show: each has a token that it alone refuses.
@Suite struct `Every check of an ID token` {
    private static let key = Result { try SigningKey.rsa() }
    private static let idTokenChecks = Check.allCases.filter { $0.step == .idToken }

    @Test(arguments: idTokenChecks)
    func `refuses what would go through without it`(check: Check) async throws {
        let key = try Self.key.get()
        let token = try Self.token(refusedBy: check, signedWith: key)

        await #expect(throws: OIDCError.tokenRefused(check)) { try await token.verified(keys: try key.jwk()) }
        let taken = try await token.verified(keys: try key.jwk(), insecureSkipping: [check])

        #expect(!taken.claims.subject.isEmpty)
    }

    @Test(arguments: idTokenChecks)
    func `is made of a good token, in its order`(check: Check) async throws {
        let key = try Self.key.get()
        let token = try key.sign(ClaimsText.json())

        // A skipped check changes nothing for a token that passes all.
        let taken = try await token.verified(keys: try key.jwk(), insecureSkipping: [check])

        #expect(taken.claims.subject == "00u1ana")
    }

    /// A token that is right in everything but what this check looks at.
    private static func token(refusedBy check: Check, signedWith key: SigningKey) throws -> String {
        let now = Int(ClaimsText.now.timeIntervalSince1970)
        func header(_ members: String) throws -> String {
            try key.sign(header: "{\(members)}", claims: ClaimsText.json())
        }
        func claim(_ name: String, _ value: String) throws -> String { try key.sign(ClaimsText.json([name: value])) }

        switch check {
        case .size: return try claim("x", "\"\(String(repeating: "x", count: 16_384))\"")
        case .form: return try key.sign(ClaimsText.json()) + ".e30"
        case .header: return try header(#""alg":"RS256","alg":"RS256","kid":"key-1""#)
        case .type: return try header(#""alg":"RS256","kid":"key-1","typ":"logout+jwt""#)
        case .algorithm: return try header(#""alg":"none","kid":"key-1""#)
        case .criticalHeader: return try header(#""alg":"RS256","kid":"key-1","crit":["exp"]"#)
        case .key: return try header(#""alg":"RS256","kid":"key-2""#)
        case .keyAlgorithm: return try header(#""alg":"ES256","kid":"key-1""#)
        case .signature: return try SigningKey.rsa().sign(ClaimsText.json())
        case .claims: return try key.sign(ClaimsText.json().dropLast() + #","sub":"00u1bob"}"#)
        case .issuer: return try claim("iss", #""https://evil.example""#)
        case .audience: return try claim("aud", #"["0oa1","0oa2"]"#)
        case .authorizedParty: return try claim("azp", #""0oa2""#)
        case .expiry: return try claim("exp", "\(now - 61)")
        case .issuedAt: return try claim("iat", "\(now - 601)")
        case .notBefore: return try claim("nbf", "\(now + 61)")
        case .nonce: return try claim("nonce", #""of another sign-in""#)
        case .accessTokenHash: return try claim("at_hash", #""AAAAAAAAAAAAAAAAAAAAAA""#)
        case .subject: return try claim("sub", "\"\(String(repeating: "x", count: 256))\"")
        default: throw CancellationError()
        }
    }
}
