import Crypto
import Foundation
import Testing

@testable import OIDC

@Suite struct `An ID token` {
    typealias Flaw = OIDCError.TokenFlaw

    private static let rsa = Result { try SigningKey.rsa() }
    private static let accessToken = "access"

    private static func verify(
        _ text: String,
        keys: [SigningKey],
        accessToken: String? = Self.accessToken
    ) async throws -> IDToken {
        let members = try keys.map { try $0.jwk() }.joined(separator: ",")
        let set = await VerificationKey.read(Data("{\"keys\":[\(members)]}".utf8)) ?? [:]
        let expectation = IDToken.Expectation(
            issuer: "https://acme.okta.com",
            clientID: "0oa1",
            nonce: ClaimsText.nonce,
            accessToken: accessToken,
            now: ClaimsText.now
        )
        return try await IDToken(verifying: text, against: expectation) { (kid) throws(OIDCError) in
            guard let key = set[kid] else { throw .tokenRefused(.unknownKey) }
            return key
        }
    }

    private static func time(_ seconds: Int) -> String { String(1_800_000_000 + seconds) }

    private static var accessTokenHash: String {
        "\"" + Base64URL.encode(SHA256.hash(data: Data(accessToken.utf8)).prefix(16)) + "\""
    }

    @Test func `names who signed in`() async throws {
        let key = try Self.rsa.get()

        let token = try await Self.verify(try key.sign(ClaimsText.json()), keys: [key])

        #expect(token.claims.subject == "00u1ana")
        #expect(token.claims.email == "ana@acme.example")
        #expect(token.claims.isEmailVerified)
        #expect(token.claims.preferredUsername == "ana@acme.example")
        #expect(token.claims.name == "Ana Silva")
    }

    @Test(
        arguments: [
            ("aud", "[\"0oa1\"]"), ("azp", "\"0oa1\""), ("exp", time(-59)), ("exp", time(60) + ".5"), ("iat", time(59)),
            ("iat", time(-599)), ("nbf", time(59)), ("at_hash", accessTokenHash), ("sub", "\"x\""), ("email", "null"),
            ("email", "7"), ("at_hash", nil), ("email", nil),
        ] as [(String, String?)]
    )
    func `is taken with a claim at the edge of what is right`(claim: String, value: String?) async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(ClaimsText.json([claim: value]))

        let token = try await Self.verify(text, keys: [key])

        #expect(!token.claims.subject.isEmpty)
    }

    @Test(
        arguments: [
            ("iss", nil, .issuer), ("iss", "7", .issuer),
            ("iss", "\"https://acme.okta.com/\"", .issuer), ("iss", "\"http://acme.okta.com\"", .issuer),
            ("iss", "\"https://ACME.okta.com\"", .issuer),
            ("iss", "\"https://acme.okta.com/oauth2/default\"", .issuer),
            ("aud", nil, .audience), ("aud", "\"\"", .audience), ("aud", "7", .audience), ("aud", "[]", .audience),
            ("aud", "\"0oa2\"", .audience), ("aud", "[\"0oa1\",\"0oa2\"]", .audience),
            ("aud", "\"0oa1 \"", .audience), ("aud", "[[\"0oa1\"]]", .audience),
            ("azp", "\"0oa2\"", .authorizedParty), ("azp", "7", .authorizedParty), ("azp", "null", .authorizedParty),
            ("exp", nil, .expired), ("exp", time(-61), .expired), ("exp", "\"1900000000\"", .expired),
            ("exp", "-1", .expired), ("exp", "1e308", .expired), ("exp", "1e99", .expired), ("exp", "null", .expired),
            ("iat", nil, .issuedAt), ("iat", time(61), .issuedAt), ("iat", time(-601), .issuedAt),
            ("iat", "\"now\"", .issuedAt), ("nbf", time(61), .notYetValid), ("nbf", "\"x\"", .notYetValid),
            ("nonce", nil, .nonce), ("nonce", "\"other\"", .nonce), ("nonce", "[\"n-0S6_WzA2Mj\"]", .nonce),
            ("nonce", "\"\"", .nonce), ("at_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\"", .accessTokenHash),
            ("at_hash", "7", .accessTokenHash), ("at_hash", "null", .accessTokenHash),
            ("sub", nil, .subject), ("sub", "\"\"", .subject), ("sub", "\"  \"", .subject), ("sub", "7", .subject),
            ("sub", "\"00u1\\u0000\"", .subject), ("sub", "\"\(String(repeating: "x", count: 256))\"", .subject),
        ] as [(String, String?, Flaw)]
    )
    func `is refused with one wrong claim`(claim: String, value: String?, flaw: Flaw) async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(ClaimsText.json([claim: value]))

        await #expect(throws: OIDCError.tokenRefused(flaw)) { try await Self.verify(text, keys: [key]) }
    }

    @Test(arguments: ["\"true\"", "1", "null", "[true]", "false"])
    func `proves an e-mail address with nothing but true`(value: String) async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(ClaimsText.json(["email_verified": value]))

        #expect(try await !Self.verify(text, keys: [key]).claims.isEmailVerified)
    }

    @Test func `with a hash of an access token needs that access token`() async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(ClaimsText.json(["at_hash": Self.accessTokenHash]))

        await #expect(throws: OIDCError.tokenRefused(.accessTokenHash)) {
            try await Self.verify(text, keys: [key], accessToken: nil)
        }
    }

    @Test(
        arguments: [
            (#"{"alg":"none","kid":"key-1"}"#, .algorithm), (#"{"alg":"None","kid":"key-1"}"#, .algorithm),
            (#"{"alg":"","kid":"key-1"}"#, .algorithm), (#"{"kid":"key-1"}"#, .algorithm),
            (#"{"alg":"HS256","kid":"key-1"}"#, .algorithm), (#"{"alg":"RS512","kid":"key-1"}"#, .algorithm),
            (#"{"alg":"PS256","kid":"key-1"}"#, .algorithm), (#"{"alg":"ES256","kid":"key-1"}"#, .algorithm),
            (#"{"alg":["RS256"],"kid":"key-1"}"#, .form), (#"{"alg":"RS256"}"#, .unknownKey),
            (#"{"alg":"RS256","kid":""}"#, .unknownKey), (#"{"alg":"RS256","kid":"key-2"}"#, .unknownKey),
            (#"{"alg":"RS256","kid":7}"#, .form),
            (#"{"alg":"RS256","kid":"key-1","typ":"application/okta-internal-at+jwt"}"#, .form),
            (#"{"alg":"RS256","kid":"key-1","crit":["b64"],"b64":false}"#, .criticalHeader),
            (#"{"alg":"RS256","kid":"key-1","jku":"https://evil.example/keys"}"#, .criticalHeader),
            (#"{"alg":"RS256","kid":"key-1","x5u":"https://evil.example/key"}"#, .criticalHeader),
            (#"{"alg":"RS256","kid":"key-1","jwk":{"kty":"oct"}}"#, .criticalHeader),
            (#"{"alg":"RS256","kid":"key-1","x5c":["AAAA"]}"#, .criticalHeader),
            (#"{"alg":"RS256","kid":"key-1","zip":"DEF"}"#, .criticalHeader),
            ("[]", .form), ("", .form), ("{", .form),
        ] as [(String, Flaw)]
    )
    func `is refused with a wrong header`(header: String, flaw: Flaw) async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(header: header, claims: ClaimsText.json())

        await #expect(throws: OIDCError.tokenRefused(flaw)) { try await Self.verify(text, keys: [key]) }
    }

    @Test func `may be signed with ES256`() async throws {
        let key = SigningKey.ecdsa()

        let token = try await Self.verify(try key.sign(ClaimsText.json()), keys: [key])

        #expect(token.claims.subject == "00u1ana")
    }

    @Test func `signed with another key of the same name is refused`() async throws {
        let text = try SigningKey.rsa().sign(ClaimsText.json())

        await #expect(throws: OIDCError.tokenRefused(.signature)) {
            try await Self.verify(text, keys: [try Self.rsa.get()])
        }
    }

    @Test(arguments: [Flaw.algorithm])
    func `signed with a key of another kind is refused`(flaw: Flaw) async throws {
        let text = try Self.rsa.get().sign(ClaimsText.json())

        await #expect(throws: OIDCError.tokenRefused(flaw)) { try await Self.verify(text, keys: [.ecdsa()]) }
    }

    @Test func `signed with a public key as a shared secret is refused`() async throws {
        let key = try Self.rsa.get()
        let header = Base64URL.encode(Data(#"{"alg":"HS256","kid":"key-1"}"#.utf8))
        let text = header + "." + Base64URL.encode(Data(ClaimsText.json().utf8))
        let secret = SymmetricKey(data: Data(try key.jwk().utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: secret)

        await #expect(throws: OIDCError.tokenRefused(.algorithm)) {
            try await Self.verify(text + "." + Base64URL.encode(code), keys: [key])
        }
    }

    @Test func `with a signature of zeros is refused`() async throws {
        let key = SigningKey.ecdsa()
        let parts = try key.sign(ClaimsText.json()).split(separator: ".")
        let text = "\(parts[0]).\(parts[1]).\(Base64URL.encode(Data(repeating: 0, count: 64)))"

        await #expect(throws: OIDCError.tokenRefused(.signature)) { try await Self.verify(text, keys: [key]) }
    }

    @Test(arguments: ["", ".", "..", "...", "a.b", "a.b.c.d", "e30.e30.!!", String(repeating: ".", count: 10_000)])
    func `that is no token is refused`(text: String) async {
        await #expect(throws: OIDCError.tokenRefused(.form)) { try await Self.verify(text, keys: []) }
    }

    @Test func `that is too large is not looked at`() async {
        await #expect(throws: OIDCError.tokenRefused(.size)) {
            try await Self.verify(String(repeating: "a", count: 16_385), keys: [])
        }
    }

    @Test func `with another spelling of the same bytes is refused`() async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(ClaimsText.json())

        await #expect(throws: OIDCError.tokenRefused(.form)) { try await Self.verify(text + "=", keys: [key]) }
    }
}
