import Crypto
import Foundation
import Testing

@testable import OIDC

@Suite struct `An ID token` {
    private static let rsa = Result { try SigningKey.rsa() }
    private static let accessToken = "access"

    private static func verify(
        _ text: String,
        keys: [SigningKey],
        accessToken: String? = Self.accessToken
    ) async throws -> IDToken {
        let members = try keys.map { try $0.jwk() }.joined(separator: ",")
        return try await text.verified(keys: members, accessToken: accessToken)
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
            ("exp", nil, .expiry), ("exp", time(-61), .expiry), ("exp", "\"1900000000\"", .expiry),
            ("exp", "-1", .expiry), ("exp", "1e308", .expiry), ("exp", "1e99", .expiry), ("exp", "null", .expiry),
            ("iat", nil, .issuedAt), ("iat", time(61), .issuedAt), ("iat", time(-601), .issuedAt),
            ("iat", "\"now\"", .issuedAt), ("nbf", time(61), .notBefore), ("nbf", "\"x\"", .notBefore),
            ("nonce", nil, .nonce), ("nonce", "\"other\"", .nonce), ("nonce", "[\"n-0S6_WzA2Mj\"]", .nonce),
            ("nonce", "\"\"", .nonce), ("at_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\"", .accessTokenHash),
            ("at_hash", "7", .accessTokenHash), ("at_hash", "null", .accessTokenHash),
            ("sub", nil, .subject), ("sub", "\"\"", .subject), ("sub", "\"  \"", .subject), ("sub", "7", .subject),
            ("sub", "\"00u1\\u0000\"", .subject), ("exp", "\"1e99\"", .expiry), ("exp", "[1900000000]", .expiry),
            ("exp", "true", .expiry), ("exp", "1e400", .expiry), ("iat", "1e99", .issuedAt), ("exp", "NaN", .claims),
            ("exp", "01900000000", .claims), ("x", "\"\\ud800\"", .claims),
            ("iss", "\"https://acme.okta.com\\u0000\"", .issuer),
            ("sub", "\"\(String(repeating: "x", count: 256))\"", .subject),
        ] as [(String, String?, Check)]
    )
    func `is refused with one wrong claim`(claim: String, value: String?, check: Check) async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(ClaimsText.json([claim: value]))

        await #expect(throws: OIDCError.tokenRefused(check)) { try await Self.verify(text, keys: [key]) }
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
            (#"{"alg":"PS256","kid":"key-1"}"#, .algorithm), (#"{"alg":"ES256","kid":"key-1"}"#, .keyAlgorithm),
            (#"{"alg":["RS256"],"kid":"key-1"}"#, .header),
            (#"{"alg":"RS256","kid":""}"#, .key), (#"{"alg":"RS256","kid":"key-2"}"#, .key),
            (#"{"alg":"RS256","kid":7}"#, .header),
            (#"{"alg":"RS256","kid":"key-1","kid":"key-1"}"#, .header),
            (#"{"alg":"RS256","kid":"key-1","k\u0069d":"key-1"}"#, .header),
            (#"{"alg":"RS256","kid":"key-1","typ":"application/okta-internal-at+jwt"}"#, .type),
            (#"{"alg":"RS256","kid":"key-1","crit":["b64"],"b64":false}"#, .criticalHeader),
            (#"{"alg":"RS256","kid":"key-1","jku":"https://evil.example/keys"}"#, .criticalHeader),
            (#"{"alg":"RS256","kid":"key-1","x5u":"https://evil.example/key"}"#, .criticalHeader),
            (#"{"alg":"RS256","kid":"key-1","jwk":{"kty":"oct"}}"#, .criticalHeader),
            (#"{"alg":"RS256","kid":"key-1","x5c":["AAAA"]}"#, .criticalHeader),
            (#"{"alg":"RS256","kid":"key-1","zip":"DEF"}"#, .criticalHeader),
            ("[]", .header), ("7", .header), ("{", .header),
        ] as [(String, Check)]
    )
    func `is refused with a wrong header`(header: String, check: Check) async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(header: header, claims: ClaimsText.json())

        await #expect(throws: OIDCError.tokenRefused(check)) { try await Self.verify(text, keys: [key]) }
    }

    @Test(arguments: ["iss", "sub", "aud", "exp", "iat", "nonce", "email", "anything"])
    func `is refused with a claim twice, however it is written`(claim: String) async throws {
        let key = try Self.rsa.get()
        let claims = ClaimsText.json([claim: "\"one\""]).dropLast()
        let escaped = claim.unicodeScalars.map { "\\u00" + String($0.value, radix: 16) }.joined()

        for name in [claim, escaped] {
            let text = try key.sign("\(claims),\"\(name)\":\"two\"}")
            await #expect(throws: OIDCError.tokenRefused(.claims)) { try await Self.verify(text, keys: [key]) }
        }
    }

    @Test(
        arguments: [
            "[]", "7", "null", "", "{", "{}{}", "\u{feff}{}", "{\"a\":{\"b\":1,\"b\":2}}", "{\"a\":\"\u{1}\"}",
            "{\"a\":" + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000) + "}",
        ]
    )
    func `is refused with claims that are no plain object`(claims: String) async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(claims)

        await #expect(throws: OIDCError.self) { try await Self.verify(text, keys: [key]) }
    }

    @Test func `names its issuer in the same bytes, not only the same letters`() async throws {
        let key = try Self.rsa.get()
        let text = try key.sign(ClaimsText.json(issuer: "https://caf\u{e9}.example"))

        await #expect(throws: OIDCError.tokenRefused(.issuer)) {
            try await text.verified(keys: try key.jwk(), issuer: "https://cafe\u{301}.example")
        }
    }

    @Test func `without the name of a key is signed with the only one of its algorithm`() async throws {
        let rsa = try Self.rsa.get()
        let nameless = try rsa.sign(header: #"{"alg":"RS256"}"#, claims: ClaimsText.json())

        for keys in [try rsa.jwk(), try rsa.jwkWithoutName(), "\(try rsa.jwk()),\(try SigningKey.ecdsa("ec").jwk())"] {
            let token = try await nameless.verified(keys: keys)
            #expect(token.claims.subject == "00u1ana")
        }
    }

    @Test func `without the name of a key is refused where several could be meant`() async throws {
        let rsa = try Self.rsa.get()
        let nameless = try rsa.sign(header: #"{"alg":"RS256"}"#, claims: ClaimsText.json())
        let other = try SigningKey.rsa("key-2")

        for keys in [
            "\(try rsa.jwk()),\(try other.jwk())", "\(try rsa.jwkWithoutName()),\(try other.jwkWithoutName())",
            try SigningKey.ecdsa().jwk(),
        ] {
            await #expect(throws: OIDCError.tokenRefused(.key)) { try await nameless.verified(keys: keys) }
        }
    }

    @Test func `with the name of a key is not verified with one that has none`() async throws {
        let rsa = try Self.rsa.get()
        let text = try rsa.sign(ClaimsText.json())

        await #expect(throws: OIDCError.tokenRefused(.key)) { try await text.verified(keys: try rsa.jwkWithoutName()) }
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

    @Test(arguments: [Check.keyAlgorithm])
    func `signed with a key of another kind is refused`(check: Check) async throws {
        let text = try Self.rsa.get().sign(ClaimsText.json())

        await #expect(throws: OIDCError.tokenRefused(check)) { try await Self.verify(text, keys: [.ecdsa()]) }
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

    @Test(arguments: [
        "", ".", "..", "...", "a.b", "e30.e30.", ".e30.e30", "a.b.c.d", "e30.e30.!!",
        String(repeating: ".", count: 10_000),
    ])
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
