import AsyncHTTPClient
import Crypto
import Foundation
import OIDC
import Testing

@Suite struct `Signing in` {
    private static func token(_ key: SigningKey, _ provider: OddProvider, _ changes: [String: String?] = [:]) throws
        -> String
    {
        try key.sign(ClaimsText.json(issuer: provider.issuer, changes))
    }

    private static func answer(_ idToken: String, type: String = "Bearer") -> (status: Int, body: String) {
        (200, #"{"token_type":"\#(type)","access_token":"access","expires_in":3600,"id_token":"\#(idToken)"}"#)
    }

    private static func prepare(_ provider: OddProvider, with key: SigningKey) throws {
        let keys = "{\"keys\":[\(try key.jwk())]}"
        let answer = Self.answer(try token(key, provider))
        provider.behave {
            $0.keys = keys
            $0.token = { _ in answer }
        }
    }

    private static func signIn(_ party: RelyingParty) async throws(OIDCError) -> IDToken {
        try await party.signIn(code: "code+/=", verifier: "verifier", nonce: ClaimsText.nonce)
    }

    private static func tokens(_ party: RelyingParty) async throws(OIDCError) -> Tokens {
        try await party.tokens(code: "code", verifier: "verifier", nonce: ClaimsText.nonce)
    }

    @Test func `sends the browser away with everything that binds the answer to it`() async throws {
        try await OddProvider.run { provider, party in
            let request = try await party.authorizationRequest(loginHint: "ana+1@acme.example")

            let url = try #require(URLComponents(string: request.url))
            let fields = Dictionary(uniqueKeysWithValues: (url.queryItems ?? []).map { ($0.name, $0.value ?? "") })
            #expect(request.url.hasPrefix(provider.issuer + "/authorize?"))
            #expect(fields["client_id"] == "0oa1")
            #expect(fields["response_type"] == "code")
            #expect(fields["response_mode"] == "query")
            #expect(fields["scope"] == "openid+profile+email")
            #expect(fields["redirect_uri"] == party.redirectURI)
            #expect(fields["login_hint"] == "ana+1@acme.example")
            #expect(fields["code_challenge_method"] == "S256")
            #expect(fields["state"] == request.state)
            #expect(fields["nonce"] == request.nonce)
            let challenge = Data(SHA256.hash(data: Data(request.verifier.utf8))).base64EncodedString()
            #expect(
                fields["code_challenge"]
                    == challenge.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            )
            #expect([request.state, request.nonce, request.verifier].allSatisfy { $0.utf8.count == 43 })
        }
    }

    @Test func `never uses a state, nonce or verifier twice`() async throws {
        try await OddProvider.run { _, party in
            var seen: Set<String> = []
            for _ in 0..<1000 {
                let request = try await party.authorizationRequest()
                seen.formUnion([request.state, request.nonce, request.verifier])
            }
            #expect(seen.count == 3000)
        }
    }

    @Test func `redeems the code once and returns who came`() async throws {
        try await OddProvider.run(clientID: "0oa1", clientSecret: "a b:c/ü") { provider, party in
            try Self.prepare(provider, with: .rsa())

            let token = try await Self.signIn(party)

            #expect(token.claims.subject == "00u1ana")
            let asked = provider.asked("/token")
            #expect(asked.count == 1)
            let pair = Data("0oa1:a+b%3Ac%2F%C3%BC".utf8).base64EncodedString()
            #expect(asked.first?.authorization == "Basic \(pair)")
            #expect(
                asked.first?.body == "grant_type=authorization_code&code=code%2B%2F%3D"
                    + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fuser%2Fexternal&code_verifier=verifier"
            )
        }
    }

    @Test(
        arguments: [
            (
                400,
                #"{"error":"invalid_grant","error_description":"The authorization code is invalid or has expired."}"#,
                OIDCError.codeExpired
            ),
            (400, #"{"error":"invalid_grant","error_description":"PKCE verification failed."}"#, .codeExpired),
            (
                400,
                #"{"error":"invalid_grant","error_description":"The 'redirect_uri' does not match the redirection URI used in the authorization request."}"#,
                .redirectURINotRegistered
            ),
            (
                401,
                #"{"error":"invalid_client","error_description":"The client secret supplied for a confidential client is invalid."}"#,
                .clientSecretRejected
            ),
            (
                401, #"{"error":"invalid_client","error_description":"Invalid value for 'client_id' parameter."}"#,
                .clientIDRejected
            ),
            (400, #"{"error":"unauthorized_client"}"#, .grantNotAllowed),
            (400, #"{"error":"<script>"}"#, .refused(code: "other")),
            (200, #"{"error":"server_error"}"#, .refused(code: "server_error")),
            (503, "", .providerUnavailable(host: "127.0.0.1", status: 503)),
            (429, "", .providerUnavailable(host: "127.0.0.1", status: 429)),
            (400, "{}", .malformedResponse(cause: "HTTP status 400 without an error code")),
            (200, "<html>", .malformedResponse(cause: "no token response")),
            (200, #"{"token_type":"Bearer","access_token":"a"}"#, .malformedResponse(cause: "no token response")),
            (200, #"{"token_type":"Bearer","id_token":{}}"#, .malformedResponse(cause: "no token response")),
            (200, #"{"token_type":"MAC","id_token":"a.b.c"}"#, .malformedResponse(cause: "another token type")),
        ]
    )
    func `tells each refusal of the token endpoint apart`(status: Int, body: String, error: OIDCError) async throws {
        try await OddProvider.run { provider, party in
            provider.behave { $0.token = { _ in (status, body) } }

            await #expect(throws: error) { try await Self.signIn(party) }
            #expect(provider.asked("/token").count == 1)
        }
    }

    @Test func `follows no redirect with the code in hand`() async throws {
        try await OddProvider.run { provider, party in
            provider.behave { $0.redirects = "/token" }

            await #expect(throws: OIDCError.self) { try await Self.signIn(party) }
            #expect(provider.asked("/elsewhere").isEmpty)
        }
    }

    @Test func `reads the keys anew when a token names a new one, and then not for half a minute`() async throws {
        try await OddProvider.run { provider, party in
            try Self.prepare(provider, with: .rsa("old"))
            _ = try await Self.signIn(party)
            _ = try await Self.signIn(party)
            #expect(provider.asked("/keys").count == 1)

            let made = try SigningKey.rsa("made up")
            let forged = Self.answer(try Self.token(made, provider))
            provider.behave { $0.token = { _ in forged } }
            provider.advance(31)
            for _ in 0..<10 {
                await #expect(throws: OIDCError.tokenRefused(.key)) { try await Self.signIn(party) }
            }
            #expect(provider.asked("/keys").count == 2)

            provider.advance(31)
            let rotated = try SigningKey.rsa("new")
            let keys = "{\"keys\":[\(try rotated.jwk())]}"
            let answer = Self.answer(try Self.token(rotated, provider))
            provider.behave {
                $0.keys = keys
                $0.token = { _ in answer }
            }
            _ = try await Self.signIn(party)
            #expect(provider.asked("/keys").count == 3)
        }
    }

    @Test func `keeps the last good keys while the provider gives none`() async throws {
        try await OddProvider.run { provider, party in
            try Self.prepare(provider, with: .rsa())
            _ = try await Self.signIn(party)
            provider.behave { $0.keysStatus = 500 }
            provider.advance(400)

            _ = try await Self.signIn(party)

            #expect(provider.asked("/keys").count == 2)
        }
    }

    @Test func `forgets a key that the provider took back, at once when asked to`() async throws {
        try await OddProvider.run { provider, party in
            try Self.prepare(provider, with: .rsa("leaked"))
            _ = try await Self.signIn(party)
            let next = try SigningKey.rsa("next")
            let keys = "{\"keys\":[\(try next.jwk())]}"
            provider.behave { $0.keys = keys }
            _ = try await Self.signIn(party)

            try await party.refreshKeys()

            await #expect(throws: OIDCError.tokenRefused(.key)) { try await Self.signIn(party) }
        }
    }

    @Test func `forgets every key of a provider that has none any more`() async throws {
        try await OddProvider.run { provider, party in
            try Self.prepare(provider, with: .rsa())
            _ = try await Self.signIn(party)
            provider.behave { $0.keys = "{\"keys\":[]}" }

            await #expect(throws: OIDCError.notProvider(host: "127.0.0.1", cause: "no usable keys")) {
                try await party.refreshKeys()
            }
            await #expect(throws: OIDCError.tokenRefused(.key)) { try await Self.signIn(party) }
        }
    }

    @Test func `reads the keys anew for a key that came right after the first reading`() async throws {
        try await OddProvider.run { provider, party in
            try Self.prepare(provider, with: .rsa("first"))
            _ = try await Self.signIn(party)
            try Self.prepare(provider, with: .rsa("second"))

            _ = try await Self.signIn(party)

            #expect(provider.asked("/keys").count == 2)
        }
    }

    @Test func `reads the keys once for many tokens with made-up keys`() async throws {
        try await OddProvider.run { provider, party in
            try Self.prepare(provider, with: .rsa("real"))
            _ = try await Self.signIn(party)
            let forged = Self.answer(try Self.token(try SigningKey.rsa("made up"), provider))
            provider.behave { $0.token = { _ in forged } }

            await withTaskGroup { group in
                for _ in 0..<50 {
                    group.addTask {
                        await #expect(throws: OIDCError.tokenRefused(.key)) { try await Self.signIn(party) }
                    }
                }
            }

            #expect(provider.asked("/keys").count == 2)
        }
    }

    @Test func `takes an answer that names the issuer, or none where none was promised`() async throws {
        try await OddProvider.run { provider, party in
            let issuer = provider.issuer.replacing(":", with: "%3A").replacing("/", with: "%2F")

            for query in ["state=s&code=c", "state=s&code=c&iss=\(issuer)"] {
                let code = try await party.code(from: AuthorizationResponse(query: query))
                #expect(code == "c")
            }
        }
    }

    @Test(arguments: ["https%3A%2F%2Fevil.example", "", "slash", nil])
    func `refuses an answer from another issuer, or from nobody where a name was promised`(
        other: String?
    ) async throws {
        try await OddProvider.run { provider, party in
            provider.behave { $0.metadata["authorization_response_iss_parameter_supported"] = "true" }
            let issuer = other == "slash" ? provider.issuer.replacing(":", with: "%3A") + "/" : other
            let response = try AuthorizationResponse(query: "state=s&code=c" + (issuer.map { "&iss=\($0)" } ?? ""))

            let error = await #expect(throws: OIDCError.self) { try await party.code(from: response) }

            guard case .issuerMismatch = error else { Issue.record("\(String(describing: error))"); return }
            #expect(provider.asked("/token").isEmpty)
        }
    }

    @Test func `refuses an error from another issuer before it believes the error`() async throws {
        try await OddProvider.run { _, party in
            let response = try AuthorizationResponse(
                query: "state=s&error=access_denied&iss=https%3A%2F%2Fevil.example"
            )

            let error = await #expect(throws: OIDCError.self) { try await party.code(from: response) }

            #expect(error != .accessDenied)
        }
    }

    @Test func `works at an issuer with a path`() async throws {
        try await OddProvider.run(path: "/oauth2/default") { provider, party in
            try Self.prepare(provider, with: .rsa())

            let request = try await party.authorizationRequest()
            let token = try await Self.signIn(party)

            #expect(request.url.hasPrefix(provider.issuer + "/authorize?"))
            #expect(token.claims.issuer == provider.issuer)
            #expect(provider.issuer.hasSuffix("/oauth2/default"))
        }
    }

    @Test(
        arguments: [
            #"{"token_type":"Bearer","id_token":"a.b.c","id_token":"a.b.c"}"#,
            #"{"token_type":"Bearer","id_token":"a.b.c","access_token":"a","access\u005ftoken":"b"}"#,
            #"{"token_type":"Bearer","id_token":"a.b.c","token_type":"Bearer"}"#,
            "\u{feff}{\"token_type\":\"Bearer\",\"id_token\":\"a.b.c\"}",
            #"{"token_type":"Bearer","id_token":"a.b.c",}"#,
            #"{"token_type":"Bearer","id_token":"a.b.c"} {}"#,
        ]
    )
    func `refuses a token response that two readers could read in two ways`(body: String) async throws {
        try await OddProvider.run { provider, party in
            provider.behave { $0.token = { _ in (200, body) } }

            await #expect(throws: OIDCError.malformedResponse(cause: "no token response")) {
                try await Self.signIn(party)
            }
        }
    }

    @Test func `reads no token response, key set or UserInfo without an end`() async throws {
        let filling = String(repeating: "x", count: 140_000)
        let tooLarge = OIDCError.notProvider(host: "127.0.0.1", cause: "the answer is too large")
        try await OddProvider.run { provider, party in
            try Self.prepare(provider, with: .rsa())
            provider.behave { $0.userInfo.body = "{\"sub\":\"00u1ana\",\"x\":\"\(filling)\"}" }
            let tokens = try await Self.tokens(party)
            await #expect(throws: tooLarge) { try await party.userInfo(tokens) }

            provider.behave { $0.keys = "{\"keys\":[],\"x\":\"\(filling)\"}" }
            await #expect(throws: tooLarge) { try await party.refreshKeys() }

            provider.behave { $0.token = { _ in (200, "{\"id_token\":\"\(filling)\"}") } }
            await #expect(throws: tooLarge) { try await Self.signIn(party) }
        }
    }

    @Test func `asks UserInfo with the access token in the header`() async throws {
        try await OddProvider.run { provider, party in
            try Self.prepare(provider, with: .rsa())
            provider.behave {
                $0.userInfo = ("application/json; charset=utf-8", #"{"sub":"00u1ana","locale":"de","n":[1,null,true]}"#)
            }

            let userInfo = try await party.userInfo(try await Self.tokens(party))

            #expect(userInfo?.subject == "00u1ana")
            #expect(userInfo?.all["locale"] == .text("de"))
            #expect(userInfo?.all["n"] == .list([.integer(1), .null, .bool(true)]))
            #expect(provider.asked("/userinfo").map(\.authorization) == ["Bearer access"])
        }
    }

    @Test(
        arguments: [
            (200, "application/json", #"{"sub":"00u1bob"}"#), (200, "application/json", "{}"),
            (200, "application/json", #"{"sub":"00u1ana","sub":"00u1ana"}"#), (200, "application/json", #"{"sub":7}"#),
            (200, "application/jwt", #"{"sub":"00u1ana"}"#), (200, "text/html", #"{"sub":"00u1ana"}"#),
            (401, "application/json", #"{"sub":"00u1ana"}"#), (200, "application/json", "[]"),
        ]
    )
    func `takes nothing from a UserInfo that is not about the same user`(
        status: Int,
        type: String,
        body: String
    ) async throws {
        try await OddProvider.run { provider, party in
            try Self.prepare(provider, with: .rsa())
            provider.behave {
                $0.userInfoStatus = status
                $0.userInfo = (type, body)
            }
            let tokens = try await Self.tokens(party)

            await #expect(throws: OIDCError.self) { try await party.userInfo(tokens) }
        }
    }

    @Test func `never asks UserInfo by itself`() async throws {
        try await OddProvider.run { provider, party in
            try Self.prepare(provider, with: .rsa())

            _ = try await Self.signIn(party)

            #expect(provider.asked("/userinfo").isEmpty)
        }
    }

    @Test func `proves client ID and secret with a code that cannot exist`() async throws {
        try await OddProvider.run { provider, party in
            provider.behave { $0.token = { _ in (400, #"{"error":"invalid_grant"}"#) } }
            try await party.verifyCredentials()

            let words = "The client secret supplied for a confidential client is invalid."
            provider.behave {
                $0.token = { _ in (401, #"{"error":"invalid_client","error_description":"\#(words)"}"#) }
            }
            let error = await #expect(throws: OIDCError.clientSecretRejected) { try await party.verifyCredentials() }
            #expect(error?.concernsClientSecret == true)
        }
    }

    @Test func `ends the session at the provider too, where it can be`() async throws {
        try await OddProvider.run { provider, party in
            let url = try await party.signOutURL(idToken: "a.b.c", postLogout: "http://127.0.0.1:9/")
            let back = "post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2F"
            let start = "\(provider.issuer)/logout?id_token_hint=a.b.c&\(back)&state="
            #expect(url?.hasPrefix(start) == true)
            #expect(url?.count == start.count + 22)
        }
        try await OddProvider.run { provider, party in
            provider.behave { $0.metadata["end_session_endpoint"] = .some(nil) }
            let url = try await party.signOutURL(idToken: "a.b.c")
            #expect(url == nil)
        }
    }

    @Test func `needs https, unless loopback is allowed`() async throws {
        let http = HTTPClient(configuration: RelyingParty.httpConfiguration())
        let party = RelyingParty(
            issuer: "http://127.0.0.1:9",
            clientID: "0oa1",
            clientSecret: "secret",
            redirectURI: "http://127.0.0.1:9/user/external",
            http: http
        )
        await #expect(throws: OIDCError.metadataRefused(.endpointNotHTTPS)) { try await party.authorizationRequest() }
        try await http.shutdown()
    }
}
