import Foundation
import Testing

@testable import OIDC

@Suite struct `A set of keys` {
    private static func names(_ members: [String]) async -> Set<String> {
        await read(members)?.names ?? []
    }

    private static func read(_ members: [String]) async -> VerificationKeys? {
        await VerificationKeys.read(Data("{\"keys\":[\(members.joined(separator: ","))]}".utf8))
    }

    private static func header(_ algorithm: String, kid: String) -> TokenHeader? {
        TokenHeader(Data("{\"alg\":\"\(algorithm)\",\"kid\":\"\(kid)\"}".utf8))
    }

    @Test func `holds what can verify an ID token, and passes over the rest`() async throws {
        let rsa = try SigningKey.rsa("rsa")
        let ecdsa = SigningKey.ecdsa("ec")

        let names = await Self.names([
            try rsa.jwk(), try ecdsa.jwk(),
            #"{"kty":"oct","kid":"secret","k":"AAAA"}"#,
            #"{"kty":"OKP","kid":"okp","crv":"Ed25519","x":"AAAA"}"#,
            #"{"kty":"AKP","kid":"new","alg":"ML-DSA-65"}"#,
            #"{"kty":"RSA"}"#, "7", "null", "[]",
            try rsa.jwk(["kid": "encrypts", "use": "enc"]),
            try rsa.jwk(["kid": "rs512", "alg": "RS512"]),
            try rsa.jwk(["kid": "even", "e": "AQAC"]),
            try rsa.jwk(["kid": "one", "e": "AQ"]),
            try rsa.jwk(["kid": "odd n", "n": "!!"]),
            try ecdsa.jwk(["kid": "k1", "crv": "secp256k1"]),
            try ecdsa.jwk(["kid": "no point", "x": "AAAA"]),
        ])

        #expect(names == ["rsa", "ec"])
    }

    @Test func `takes no RSA key under 2,048 bits`() async throws {
        #expect(await Self.names([try SigningKey.rsa("small", bits: 1024).jwk()]).isEmpty)
    }

    @Test func `gives a key without an algorithm the one of its kind`() async throws {
        let key = try SigningKey.rsa()
        let bare = try key.jwk().replacing("\"alg\":\"RS256\",", with: "")

        let keys = try #require(await Self.read([bare]))

        let header = try #require(Self.header("RS256", kid: "key-1"))
        #expect(keys.key(for: header)?.algorithm == .rs256)
    }

    @Test func `finds no key by a name that stands for two, and takes one key twice`() async throws {
        let one = SigningKey.ecdsa("same")
        let other = SigningKey.ecdsa("same")
        let header = try #require(Self.header("ES256", kid: "same"))

        #expect(try await Self.read([one.jwk(), other.jwk()])?.key(for: header) == nil)
        #expect(try await Self.read([one.jwk(), one.jwk()])?.key(for: header) != nil)
    }

    @Test func `is none with more than twenty keys, whatever they are`() async throws {
        let key = SigningKey.ecdsa()

        #expect(await Self.read(try (1...20).map { try key.jwk(["kid": "\($0)"]) })?.names.count == 20)
        #expect(await Self.read(try (1...21).map { try key.jwk(["kid": "\($0)"]) }) == nil)
        #expect(await Self.read(Array(repeating: "7", count: 21)) == nil)
    }

    @Test(arguments: ["", "[]", "{}", #"{"keys":7}"#, "<html>", #"{"keys":[],"keys":[]}"#, "\u{feff}{\"keys\":[]}"])
    func `is none when the text is none`(text: String) async {
        #expect(await VerificationKeys.read(Data(text.utf8)) == nil)
    }

    @Test(
        arguments: [
            (nil, 300), ("no-store", 300), ("max-age=60", 300), ("public, max-age=3600", 3600),
            ("Max-Age=7200, must-revalidate", 7200), ("max-age=99999999", 86_400), ("max-age=x", 300),
        ] as [(String?, TimeInterval)]
    )
    func `lives as long as its provider says, within bounds`(header: String?, seconds: TimeInterval) {
        #expect(KeySet.lifetime(header) == seconds)
    }
}
