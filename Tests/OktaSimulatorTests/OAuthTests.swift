import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import OktaSimulator

@Suite struct `An app signs a person in through the org` {
    let world: ConsoleWorld
    let ana: Org.Person
    let app: Org.AppIntegration

    static let redirectURI = "https://auth.timuscloud.com/user/external"
    static let verifier = "verifier-of-43-characters-or-more-0123456789"
    /// The base64url form of the verifier's SHA-256.
    static let challenge = "c5DhtoP-wohXpfXAuyyJW36qmkDuO43Km5u4VNLqDHg"

    init() throws {
        world = try ConsoleWorld()
        ana = try world.addPerson("Ana", "Berg")
        app = try world.org.createApp(
            Org.AppSettings(
                label: "Timus",
                signInRedirectURIs: [Self.redirectURI],
                signOutRedirectURIs: ["https://auth.timuscloud.com/signed-out"]
            )
        )
        try world.org.assign(ana.id, to: app.id)
    }

    private func authorizePath(_ changes: [String: String?] = [:]) -> String {
        var parameters: [String: String?] = [
            "client_id": app.clientID, "redirect_uri": Self.redirectURI, "response_type": "code",
            "scope": "openid profile email", "state": "state-1", "nonce": "nonce-1",
            "code_challenge": Self.challenge, "code_challenge_method": "S256",
        ]
        parameters.merge(changes) { $1 }
        return "/oauth2/v1/authorize?"
            + Form(parameters.compactMap { name, value in value.map { (name, $0) } }).encoded
    }

    /// Signs Ana in on the way through the authorization endpoint.
    private func authorize(
        _ browser: ConsoleBrowser,
        _ changes: [String: String?] = [:],
        password: String = ConsoleWorld.password
    ) async throws -> ConsoleScreen {
        let page = try await browser.open(authorizePath(changes))
        guard page.path.hasPrefix(SignInPage.path) else { return page }
        return try await browser.submit(
            page,
            SignInPage.path,
            ["username": "ana@acme.example", "password": password]
        )
    }

    private func redeem(
        _ client: any TestClientProtocol,
        code: String,
        _ changes: [String: String?] = [:]
    ) async throws -> Answer {
        var parameters: [String: String?] = [
            "grant_type": "authorization_code", "code": code, "redirect_uri": Self.redirectURI,
            "client_id": app.clientID, "client_secret": app.clientSecret, "code_verifier": Self.verifier,
        ]
        parameters.merge(changes) { $1 }
        return try await post(client, "/oauth2/v1/token", parameters)
    }

    private func post(
        _ client: any TestClientProtocol,
        _ path: String,
        _ parameters: [String: String?],
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        let form = Form(parameters.compactMap { name, value in value.map { (name, $0) } })
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        let response = try await client.executeRequest(
            uri: path,
            method: .post,
            headers: headers,
            body: ByteBuffer(string: form.encoded)
        )
        return Answer(status: response.status, json: Self.json(response.body))
    }

    private static func json(_ body: ByteBuffer) -> JSON {
        (try? JSONDecoder().decode(JSON.self, from: Data(body.readableBytesView))) ?? .null
    }

    struct Answer {
        let status: HTTPResponse.Status
        let json: JSON

        func text(_ name: String) -> String? { json[name]?.string }
    }

    /// Runs with a code that Ana's sign-in gave.
    private func withCode(
        _ body: @Sendable @escaping (any TestClientProtocol, String) async throws -> Void
    ) async throws {
        try await world.run { client in
            let screen = try await authorize(ConsoleBrowser(client))
            try await body(client, try #require(screen.answer("code")))
        }
    }

    @Test func `with an ID token that says who, for whom and when`() async throws {
        try await world.run { client in
            let screen = try await authorize(ConsoleBrowser(client))
            #expect(screen.location?.absoluteString.hasPrefix(Self.redirectURI + "?state=state-1&code=") == true)
            let answer = try await redeem(client, code: try #require(screen.answer("code")))

            #expect(answer.status == .ok)
            #expect(answer.text("token_type") == "Bearer")
            let token = try #require(answer.text("id_token"))
            let claims = try #require(world.web.keys.claims(of: token, as: JSON.self))
            #expect(claims["iss"]?.string == "http://127.0.0.1:8081")
            #expect(claims["sub"]?.string == ana.id.description)
            #expect(claims["aud"]?.string == app.clientID)
            #expect(claims["nonce"]?.string == "nonce-1")
            #expect(claims["preferred_username"]?.string == "ana@acme.example")
            #expect(claims["email"]?.string == "ana@acme.example")
            #expect(claims["jti"]?.string?.hasPrefix("ID.") == true)
            #expect(claims["amr"] == .array([.string("pwd")]))
            #expect(claims["ver"] == .number(1))
            #expect(claims["at_hash"]?.string != nil)
        }
    }

    @Test func `with the credentials in the Authorization header, encoded as forms are`() async throws {
        try await withCode { client, code in
            let basic = Data("\(app.clientID.formEncoded):\(app.clientSecret.formEncoded)".utf8).base64EncodedString()
            let answer = try await post(
                client,
                "/oauth2/v1/token",
                [
                    "grant_type": "authorization_code", "code": code, "redirect_uri": Self.redirectURI,
                    "code_verifier": Self.verifier,
                ],
                headers: [.authorization: "Basic \(basic)"]
            )
            #expect(answer.status == .ok)
        }
    }

    @Test func `and reads who it was, until the person is suspended`() async throws {
        try await withCode { client, code in
            let token = try #require(try await redeem(client, code: code).text("access_token"))
            let headers: HTTPFields = [.authorization: "Bearer \(token)"]

            let before = try await client.executeRequest(
                uri: "/oauth2/v1/userinfo",
                method: .get,
                headers: headers,
                body: nil
            )
            #expect(Self.json(before.body)["sub"]?.string == ana.id.description)
            try world.org.suspend(ana.id)
            let after = try await client.executeRequest(
                uri: "/oauth2/v1/userinfo",
                method: .get,
                headers: headers,
                body: nil
            )
            #expect(after.status == .unauthorized)
            #expect(after.headers[.wwwAuthenticate]?.contains("invalid_token") == true)
        }
    }

    @Test func `but not a person who is not assigned`() async throws {
        try world.org.unassign(ana.id, from: app.id)
        try await world.run { client in
            let screen = try await authorize(ConsoleBrowser(client))
            #expect(screen.answer("error") == "access_denied")
            #expect(screen.answer("error_description") == "User is not assigned to the client application.")
            #expect(screen.answer("state") == "state-1")
            #expect(screen.answer("code") == nil)
        }
    }

    @Test(arguments: ["suspended", "deactivated", "wrong password"])
    func `but not a person who is refused at the sign-in page`(case why: String) async throws {
        if why == "suspended" { try world.org.suspend(ana.id) }
        if why == "deactivated" { try world.org.deactivate(ana.id) }
        try await world.run { client in
            let password = why == "wrong password" ? "Rainy-day-43" : ConsoleWorld.password
            let screen = try await authorize(ConsoleBrowser(client), password: password)
            #expect(screen.status == .unauthorized)
            #expect(screen.contains("Unable to sign in"))
        }
    }

    @Test func `not even from an old session once suspended`() async throws {
        try await world.run { client in
            let browser = ConsoleBrowser(client)
            #expect(try await authorize(browser).answer("code") != nil)
            try world.org.suspend(ana.id)
            #expect(try await browser.open(authorizePath()).path.hasPrefix(SignInPage.path))
        }
    }

    @Test(
        arguments: [
            (["code_challenge_method": "plain"], "invalid_request", "The 'code_challenge_method' is not supported."),
            (["code_challenge_method": nil], "invalid_request", "The 'code_challenge_method' is not supported."),
            (["code_challenge": nil], "invalid_request", "PKCE code challenge is required by the application."),
            (["state": nil], "invalid_request", "The authentication request has an invalid 'state' parameter."),
            (["response_type": "token"], "unsupported_response_type", "The response type is not supported"),
            (["scope": "openid okta.groups.read"], "invalid_scope", "The requested scope is invalid"),
            (["prompt": "none login"], "invalid_request", "The 'prompt' parameter is invalid."),
            (
                ["prompt": "none"], "login_required",
                "The client specified not to prompt, but the user is not logged in."
            ),
        ] as [([String: String?], String, String)]
    )
    func `and hears at the redirect URI what is wrong`(
        changes: [String: String?],
        error: String,
        description: String
    ) async throws {
        try await world.run { client in
            let screen = try await ConsoleBrowser(client).open(authorizePath(changes))
            #expect(screen.location?.host() == "auth.timuscloud.com")
            #expect(screen.answer("error") == error)
            #expect(screen.answer("error_description")?.hasPrefix(description) == true)
        }
    }

    @Test(
        arguments: [
            ["redirect_uri": "https://evil.example/"], ["redirect_uri": "https://auth.timuscloud.com/user/external/"],
            ["redirect_uri": nil], ["client_id": "0oaunknown"],
        ] as [[String: String?]]
    )
    func `and nothing goes to an address that is not registered`(changes: [String: String?]) async throws {
        try await world.run { client in
            let screen = try await ConsoleBrowser(client).open(authorizePath(changes))
            #expect(screen.status == .badRequest)
            #expect(screen.location == nil)
        }
    }

    @Test(
        arguments: [
            (
                ["code_verifier": "another-verifier-of-43-characters-0123456789"], "invalid_grant",
                "PKCE verification failed."
            ),
            (["code_verifier": nil], "invalid_grant", "PKCE code verifier is required by the application."),
            (["redirect_uri": "https://evil.example/"], "invalid_grant", "The 'redirect_uri' does not match"),
            (["code": "made-up"], "invalid_grant", "The authorization code is invalid or has expired."),
            (
                ["client_secret": "wrong"], "invalid_client",
                "The client secret supplied for a confidential client is invalid."
            ),
            (["client_id": "0oaunknown"], "invalid_client", "Invalid value for 'client_id' parameter."),
            (["client_secret": nil], "invalid_client", "No client credentials found."),
            (["grant_type": "password"], "unsupported_grant_type", "The authorization grant type is not supported"),
        ] as [([String: String?], String, String)]
    )
    func `and gets no token for a request that is not right`(
        changes: [String: String?],
        error: String,
        description: String
    ) async throws {
        try await withCode { client, code in
            let answer = try await redeem(client, code: code, changes)
            #expect(answer.status == (error == "invalid_client" ? .unauthorized : .badRequest))
            #expect(answer.text("error") == error)
            #expect(answer.text("error_description")?.hasPrefix(description) == true)
            #expect(answer.text("access_token") == nil)
        }
    }

    @Test func `and a code works once`() async throws {
        try await withCode { client, code in
            #expect(try await redeem(client, code: code).status == .ok)
            let again = try await redeem(client, code: code)
            #expect(again.text("error") == "invalid_grant")
            #expect(again.text("error_description") == "The authorization code is invalid or has expired.")
        }
    }

    @Test func `and a code is of no use to another app`() async throws {
        let other = try world.org.createApp(Org.AppSettings(label: "Other", signInRedirectURIs: [Self.redirectURI]))
        try await withCode { client, code in
            let answer = try await redeem(
                client,
                code: code,
                ["client_id": other.clientID, "client_secret": other.clientSecret]
            )
            #expect(answer.text("error_description")?.hasPrefix("The grant was issued to another client.") == true)
        }
    }

    @Test func `once more where the app asks for a new sign-in`() async throws {
        try await world.run { client in
            let browser = ConsoleBrowser(client)
            _ = try await authorize(browser)
            #expect(try await browser.open(authorizePath()).answer("code") != nil)
            let again = try await authorize(browser, ["prompt": "login"])
            #expect(again.answer("code") != nil)
        }
    }

    @Test func `with the username filled in from the login hint`() async throws {
        try await world.run { client in
            let page = try await ConsoleBrowser(client).open(authorizePath(["login_hint": "ana@acme.example"]))
            #expect(page.value(ofInput: "field-username") == "ana@acme.example")
        }
    }

    @Test func `with a scope of the Okta API once that was granted`() async throws {
        try world.org.grantScope("okta.groups.read", to: app.id)
        try await world.run { client in
            let screen = try await authorize(ConsoleBrowser(client), ["scope": "openid okta.groups.read"])
            let answer = try await redeem(client, code: try #require(screen.answer("code")))
            #expect(answer.text("scope") == "openid okta.groups.read")
        }
    }

    @Test func `and signs out again, to a registered address only`() async throws {
        try await world.run { client in
            let browser = ConsoleBrowser(client)
            let screen = try await authorize(browser)
            let code = try #require(screen.answer("code"))
            let token = try #require(try await redeem(client, code: code).text("id_token"))
            let elsewhere = try await browser.open(
                "/oauth2/v1/logout?id_token_hint=\(token)&post_logout_redirect_uri=https://evil.example"
            )
            #expect(elsewhere.status == .badRequest)
            #expect(try await browser.open(authorizePath()).answer("code") != nil)

            let out = try await browser.open(
                "/oauth2/v1/logout?id_token_hint=\(token)&state=s"
                    + "&post_logout_redirect_uri=https://auth.timuscloud.com/signed-out"
            )
            #expect(out.location?.absoluteString == "https://auth.timuscloud.com/signed-out?state=s")
            #expect(try await browser.open(authorizePath()).path.hasPrefix(SignInPage.path))
        }
    }

    @Test func `and finds all that in the metadata`() async throws {
        try await world.run { client in
            let response = try await client.executeRequest(
                uri: "/.well-known/openid-configuration",
                method: .get,
                headers: [:],
                body: nil
            )
            let json = Self.json(response.body)
            #expect(json["issuer"]?.string == "http://127.0.0.1:8081")
            #expect(json["jwks_uri"]?.string == "http://127.0.0.1:8081/oauth2/v1/keys")
            #expect(json["end_session_endpoint"]?.string == "http://127.0.0.1:8081/oauth2/v1/logout")
            #expect(json["code_challenge_methods_supported"] == .array([.string("S256")]))
        }
    }

    @Test func `and finds a new key after a rotation, beside the old one`() async throws {
        let token = try world.web.keys.sign(["sub": "x"])
        try world.web.keys.rotate()
        #expect(world.web.keys.published.count == 2)
        #expect(world.web.keys.claims(of: token, as: JSON.self) != nil)
        try world.web.keys.rotate(keepingOld: false)
        #expect(world.web.keys.claims(of: token, as: JSON.self) == nil)
    }
}
