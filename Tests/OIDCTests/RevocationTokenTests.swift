import Foundation
import Testing

@testable import OIDC

@Suite struct `A revocation token` {
    private static let rsa = Result { try SigningKey.rsa() }
    private static let endpoint = "https://timus.acme.example/okta/universal-logout"
    private static let header = #"{"alg":"RS256","kid":"key-1","typ":"global-token-revocation+jwt"}"#

    private static func time(_ seconds: Int) -> String { String(1_800_000_000 + seconds) }

    private static func claims(_ changes: [String: String?] = [:]) -> String {
        var claims: [String: String?] = [
            "jti": "\"jti-1\"", "iss": "\"https://acme.okta.com\"", "sub": "\"0oa1\"", "aud": "\"\(endpoint)\"",
            "exp": time(300), "nbf": time(-300), "iat": time(0),
        ]
        claims.merge(changes) { $1 }
        let fields = claims.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        return "{" + fields.sorted().joined(separator: ",") + "}"
    }

    private static func verify(_ text: String, keys: [SigningKey]) async throws -> RevocationToken {
        let members = try keys.map { try $0.jwk() }.joined(separator: ",")
        let set = await VerificationKeys.read(Data("{\"keys\":[\(members)]}".utf8)) ?? .none
        let expectation = RevocationToken.Expectation(
            issuer: "https://acme.okta.com",
            clientID: "0oa1",
            endpoint: endpoint,
            now: ClaimsText.now
        )
        return try await RevocationToken(verifying: text, against: expectation) { (header) throws(OIDCError) in
            guard let key = set.key(for: header) else { throw .tokenRefused(.key) }
            return key
        }
    }

    @Test func `is taken, and says until when its id is to be remembered`() async throws {
        let key = try Self.rsa.get()

        let token = try await Self.verify(key.sign(header: Self.header, claims: Self.claims()), keys: [key])

        #expect(token.id == "jti-1")
        #expect(token.goodUntil == ClaimsText.now.addingTimeInterval(361))
    }

    @Test(
        arguments: [
            ("aud", "[\"\(endpoint)\"]"), ("exp", time(-59)), ("iat", time(59)), ("iat", time(-599)), ("nbf", time(59)),
            ("nbf", nil), ("exp", time(86_400)),
        ] as [(String, String?)]
    )
    func `is taken with a claim at the edge of what is right`(claim: String, value: String?) async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(header: Self.header, claims: Self.claims([claim: value]))

        let token = try await Self.verify(text, keys: [key])

        #expect(token.goodUntil <= ClaimsText.now.addingTimeInterval(661))
    }

    @Test(
        arguments: [
            ("iss", nil, .issuer), ("iss", "\"https://acme.okta.com/\"", .issuer),
            ("iss", "\"https://evil.okta.com\"", .issuer),
            ("aud", nil, .audience), ("aud", "\"0oa1\"", .audience), ("aud", "[]", .audience),
            ("aud", "\"\(endpoint)?x=1\"", .audience), ("aud", "\"\(endpoint)/\"", .audience),
            ("aud", "[\"\(endpoint)\",\"https://evil.example\"]", .audience),
            ("exp", nil, .expiry), ("exp", time(-61), .expiry), ("exp", "\"1900000000\"", .expiry),
            ("iat", nil, .issuedAt), ("iat", time(61), .issuedAt), ("iat", time(-601), .issuedAt),
            ("nbf", time(61), .notBefore), ("nbf", "null", .notBefore),
            ("nonce", "\"n-0S6_WzA2Mj\"", .nonce), ("nonce", "null", .nonce),
            ("sub", nil, .subject), ("sub", "\"0oa2\"", .subject), ("sub", "\"00u1ana\"", .subject),
            ("sub", "7", .subject),
            ("jti", nil, .claims), ("jti", "\"\"", .claims), ("jti", "7", .claims), ("jti", "\"a b\"", .claims),
            ("jti", "\"\(String(repeating: "x", count: 256))\"", .claims),
        ] as [(String, String?, Check)]
    )
    func `is refused with one wrong claim`(claim: String, value: String?, check: Check) async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(header: Self.header, claims: Self.claims([claim: value]))

        await #expect(throws: OIDCError.tokenRefused(check)) { try await Self.verify(text, keys: [key]) }
    }

    @Test(
        arguments: [
            (#"{"alg":"none","kid":"key-1","typ":"global-token-revocation+jwt"}"#, .algorithm),
            (#"{"alg":"HS256","kid":"key-1","typ":"global-token-revocation+jwt"}"#, .algorithm),
            (#"{"alg":"RS256","kid":"key-1","typ":"JWT"}"#, .type), (#"{"alg":"RS256","kid":"key-1"}"#, .type),
            (#"{"alg":"RS256","kid":"key-1","typ":"logout+jwt"}"#, .type),
            (#"{"alg":"RS256","kid":"key-2","typ":"global-token-revocation+jwt"}"#, .key),
        ] as [(String, Check)]
    )
    func `is refused with a wrong header`(header: String, check: Check) async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(header: header, claims: Self.claims())

        await #expect(throws: OIDCError.tokenRefused(check)) { try await Self.verify(text, keys: [key]) }
    }

    @Test func `signed with another key of the same name is refused`() async throws {
        let text = try SigningKey.rsa().sign(header: Self.header, claims: Self.claims())

        await #expect(throws: OIDCError.tokenRefused(.signature)) {
            try await Self.verify(text, keys: [try Self.rsa.get()])
        }
    }

    @Test func `is not what an ID token is taken for, nor the other way round`() async throws {
        let key = try Self.rsa.get()

        await #expect(throws: OIDCError.tokenRefused(.type)) {
            try await Self.verify(try key.sign(ClaimsText.json()), keys: [key])
        }
    }
}
