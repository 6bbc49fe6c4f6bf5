import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import OktaSimulator
import Storage
import Testing

@Suite struct `Connect renews its token` {
    @Test func `with the refresh token, which gives the next one`() async throws {
        try await Acme.open { acme in
            let first = try await Connect.signedIn(at: acme)
            acme.clock.advance(3600)
            #expect(try await Connect.whoami(first.access, at: acme).status == .unauthorized)

            let renewed = try await Connect.renew(first.refresh, at: acme)

            #expect(renewed.json("expires_in") == "3600")
            #expect(renewed.json("token_type") == "Bearer")
            #expect(renewed.json("scope") == "connect")
            #expect(renewed.headers[.cacheControl] == "no-store")
            let token = try #require(renewed.json("access_token"))
            #expect(try await Connect.whoami(token, at: acme).text == "ana.silva")
            #expect(try await Connect.renew(try #require(renewed.json("refresh_token")), at: acme).status == .ok)
        }
    }

    @Test func `and a superseded token ends the session for whoever holds one`() async throws {
        try await Acme.open { acme in
            let first = try await Connect.signedIn(at: acme)
            let second = try await Connect.renew(first.refresh, at: acme)
            let token = try #require(second.json("access_token"))
            #expect(try await Connect.whoami(token, at: acme).status == .ok)

            let replay = try await Connect.renew(first.refresh, at: acme)

            #expect(replay.status == .badRequest)
            #expect(replay.json("error") == "invalid_grant")
            #expect(try await Connect.whoami(token, at: acme).status == .unauthorized)
            let last = try await Connect.renew(try #require(second.json("refresh_token")), at: acme)
            #expect(last.json("error") == "invalid_grant")
            #expect(last.json("error_description") == "A refresh token was used twice, so the session was ended.")
        }
    }

    @Test func `and may ask again when the answer was lost`() async throws {
        try await Acme.open { acme in
            let first = try await Connect.signedIn(at: acme)
            _ = try await Connect.renew(first.refresh, at: acme)

            let again = try await Connect.renew(first.refresh, at: acme)

            #expect(try await Connect.whoami(try #require(again.json("access_token")), at: acme).status == .ok)
        }
    }

    @Test func `and not for a user whose access ended`() async throws {
        try await Acme.open { acme in
            let suspended = try await Connect.signedIn(at: acme)
            try await acme.sync([acme.user(acme.ana, status: .suspended)])

            let refusal = try await Connect.renew(suspended.refresh, at: acme)

            #expect(refusal.json("error") == "invalid_grant")
            #expect(refusal.json("error_description")?.isEmpty == false)
        }
    }

    @Test func `and not with an access token, nor with one made up`() async throws {
        try await Acme.open { acme in
            let tokens = try await Connect.signedIn(at: acme)

            for shown in [tokens.access, "made up", tokens.refresh + "x", String(tokens.refresh.dropLast())] {
                #expect(try await Connect.renew(shown, at: acme).json("error") == "invalid_grant")
            }

            #expect(try await Connect.whoami(tokens.access, at: acme).status == .ok)
        }
    }

    @Test func `and the refresh token opens nothing itself`() async throws {
        try await Acme.open { acme in
            let tokens = try await Connect.signedIn(at: acme)

            #expect(try await Connect.whoami(tokens.refresh, at: acme).status == .unauthorized)
        }
    }

    @Test(arguments: [0, 1]) func `and gives either back, which ends both`(which: Int) async throws {
        try await Acme.open { acme in
            let tokens = try await Connect.signedIn(at: acme)

            let revoked = try await Connect.revoke([tokens.access, tokens.refresh][which], at: acme)

            #expect(revoked.status == .ok)
            #expect(revoked.headers[.cacheControl] == "no-store")
            #expect(try await Connect.whoami(tokens.access, at: acme).status == .unauthorized)
            #expect(try await Connect.renew(tokens.refresh, at: acme).json("error") == "invalid_grant")
        }
    }

    @Test func `and a page's session is not one that it can give back`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)

            let answer = try await Connect.revoke(try #require(browser.cookies["timus-account"]), at: acme)

            #expect(answer.status == .ok)
            #expect(try await browser.get("/account").status == .ok)
        }
    }
}

@Suite struct `The endpoints for Connect` {
    private static let paths = ["/oauth/token", "/oauth/revoke", "/oauth/device_authorization"]

    /// A body that is not right, and the error that it is answered with.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let body: String
        var type = "application/x-www-form-urlencoded"
        var authorization: String?
        let error: String

        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "JSON", body: "{}", type: "application/json", error: "invalid_request"),
        Row(name: "no type", body: "client_id=timus-connect", type: "", error: "invalid_request"),
        Row(name: "half an escape", body: "client_id=timus-connect&x=%4", error: "invalid_request"),
        Row(name: "no UTF-8", body: "client_id=timus-connect&x=%FF", error: "invalid_request"),
        Row(
            name: "too long",
            body: "client_id=timus-connect&x=" + String(repeating: "x", count: 70_000),
            error: "invalid_request"
        ),
        Row(name: "nothing", body: "", error: "invalid_client"),
        Row(name: "another client", body: "client_id=other", error: "invalid_client"),
        Row(name: "two clients", body: "client_id=timus-connect&client_id=timus-connect", error: "invalid_request"),
        Row(name: "a thing twice", body: "client_id=timus-connect&scope=a&scope=b", error: "invalid_request"),
        Row(
            name: "a secret",
            body: "client_id=timus-connect",
            authorization: "Basic " + Data("timus-connect:secret".utf8).base64EncodedString(),
            error: "invalid_client"
        ),
        Row(
            name: "a token",
            body: "client_id=timus-connect",
            authorization: "Bearer abc",
            error: "invalid_client"
        ),
    ]

    @Test(arguments: rows) func `answer a wrong body in OAuth's form`(row: Row) async throws {
        try await Acme.open { acme in
            for path in Self.paths {
                var headers: HTTPFields = row.type.isEmpty ? [:] : [.contentType: row.type]
                headers[.authorization] = row.authorization

                let answer = try await acme.client.execute(
                    uri: path,
                    method: .post,
                    headers: headers,
                    body: ByteBuffer(string: row.body)
                )

                #expect(answer.json("error") == row.error, "\(path)")
                #expect(answer.json("error_description")?.isEmpty == false)
                #expect(answer.status == (row.error == "invalid_client" ? .unauthorized : .badRequest))
                #expect(answer.headers[.cacheControl] == "no-store")
                #expect(answer.headers[.contentType] == "application/json")
                #expect((answer.headers[.wwwAuthenticate] != nil) == (row.authorization != nil))
            }
        }
    }

    @Test(arguments: [
        ("grant_type=refresh_token", "invalid_request"), ("grant_type=refresh_token&refresh_token=", "invalid_request"),
        ("grant_type=authorization_code&code=x", "invalid_request"), ("grant_type=", "invalid_request"),
        ("", "invalid_request"),
        ("grant_type=password&username=a&password=b", "unsupported_grant_type"),
        ("grant_type=client_credentials", "unsupported_grant_type"),
        ("grant_type=urn:ietf:params:oauth:grant-type:device_code", "invalid_request"),
        ("grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x", "invalid_grant"),
    ])
    func `say what is missing for a token`(fields: String, error: String) async throws {
        try await Acme.open { acme in
            let answer = try await acme.client.execute(
                uri: "/oauth/token",
                method: .post,
                headers: [.contentType: "application/x-www-form-urlencoded; charset=UTF-8"],
                body: ByteBuffer(string: "client_id=timus-connect&\(fields)")
            )

            #expect(answer.status == .badRequest)
            #expect(answer.json("error") == error)
        }
    }

    @Test func `need a token to revoke`() async throws {
        try await Acme.open { acme in
            let answer = try await Connect.revoke("", at: acme)

            #expect(answer.json("error") == "invalid_request")
        }
    }

    @Test func `take a client that names itself by Basic, without a secret`() async throws {
        try await Acme.open { acme in
            let tokens = try await Connect.signedIn(at: acme)

            let answer = try await acme.browser().post(
                "/oauth/token",
                [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh)],
                headers: [.authorization: "Basic " + Data("timus-connect:".utf8).base64EncodedString()]
            )

            #expect(answer.status == .ok)
        }
    }

    @Test(arguments: [HTTPRequest.Method.get, .put, .patch, .delete])
    func `take POST only, and say so`(method: HTTPRequest.Method) async throws {
        try await Acme.open { acme in
            for path in Self.paths {
                let answer = try await acme.client.execute(uri: path, method: method)

                #expect(answer.status == .methodNotAllowed)
                #expect(answer.headers[.allow] == "POST")
            }
        }
    }

    @Test(arguments: ["/oauth/authorize", "/.well-known/oauth-authorization-server"])
    func `take GET only where a browser or a reader comes`(path: String) async throws {
        try await Acme.open { acme in
            let answer = try await acme.client.execute(uri: path, method: .post)

            #expect(answer.status == .methodNotAllowed)
            #expect(answer.headers[.allow] == "GET, HEAD")
        }
    }

    @Test func `are described for any client`() async throws {
        try await Acme.open { acme in
            let answer = try await acme.browser().get("/.well-known/oauth-authorization-server")
            let body = Data(answer.body.readableBytesView)
            let metadata = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])

            #expect(metadata["issuer"] as? String == Acme.publicURL)
            for (name, path) in [
                ("authorization_endpoint", "/oauth/authorize"), ("token_endpoint", "/oauth/token"),
                ("revocation_endpoint", "/oauth/revoke"),
                ("device_authorization_endpoint", "/oauth/device_authorization"),
            ] {
                #expect(metadata[name] as? String == Acme.publicURL + path)
            }
            #expect(
                metadata["grant_types_supported"] as? [String] == [
                    "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code",
                ]
            )
            #expect(metadata["response_types_supported"] as? [String] == ["code"])
            #expect(metadata["response_modes_supported"] as? [String] == ["query"])
            #expect(metadata["code_challenge_methods_supported"] as? [String] == ["S256"])
            #expect(metadata["token_endpoint_auth_methods_supported"] as? [String] == ["none"])
            #expect(metadata["authorization_response_iss_parameter_supported"] as? Bool == true)
        }
    }
}

@Suite struct `The page that asks before Connect is signed in` {
    @Test func `names a program that says nothing of itself`() async throws {
        try await Acme.open { acme in
            var parameters = Connect.parameters
            for name in ["device_name", "state", "login_hint"] { parameters[name] = nil }

            let (path, page) = try await Connect.askedPage(acme.browser(), at: acme, parameters)

            #expect(path.hasPrefix("/oauth/consent?request="))
            #expect(page.text.contains("A program on this computer asks to sign in as"))
        }
    }

    @Test func `has the refusing button first, for whoever presses Enter`() async throws {
        try await Acme.open { acme in
            let page = try await Connect.askedPage(acme.browser(), at: acme).page

            #expect(page.buttons == ["Cancel", "Continue"])
            #expect(!page.text.contains("autofocus"))
        }
    }

    @Test func `gives nothing by being looked at`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let path = try await Connect.askedPage(browser, at: acme).path

            for sent in [path, path + "&decision=continue"] {
                let answer = try await browser.get(sent)
                #expect(answer.status == .ok)
                #expect(answer.headers[.location] == nil)
            }

            #expect(try await acme.actions("connect-sign-in").isEmpty)
        }
    }

    @Test(
        arguments: [
            [HTTPField.Name.origin: "https://evil.example"], [.origin: "null"], [:],
            [SameOrigin.secFetchSite: "cross-site", .origin: Acme.publicURL],
            [SameOrigin.secFetchSite: "none", .origin: Acme.publicURL],
        ] as [HTTPFields]
    )
    func `takes no form of another site, even with the right token`(headers: HTTPFields) async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let path = try await Connect.askedPage(browser, at: acme).path
            let fields = try await Self.fields(of: path, in: browser)

            let answer = try await browser.post("/oauth/consent", fields, headers: headers)

            #expect(answer.status == .forbidden)
            #expect(try await acme.actions("connect-sign-in").isEmpty)
        }
    }

    @Test func `takes no form from a browser in which nobody is signed in`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let path = try await Connect.askedPage(browser, at: acme).path
            let fields = try await Self.fields(of: path, in: browser)

            let answer = try await acme.browser().post("/oauth/consent", fields)

            #expect(answer.location.hasPrefix("/sign-in"))
            #expect(answer.answer["code"] == nil)
        }
    }

    @Test func `gives nothing where it stood open for an hour, but the way to Okta`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let path = try await Connect.askedPage(browser, at: acme).path
            let fields = try await Self.fields(of: path, in: browser)
            acme.clock.advance(3600)

            let answer = try await browser.post("/oauth/consent", fields)

            #expect(answer.status == .badRequest)
            #expect(answer.text.contains("href=\"\(path)\""))
            #expect(try await browser.get(path).location.hasPrefix(acme.org.origin))
            #expect(try await acme.actions("connect-sign-in").isEmpty)
        }
    }

    @Test func `leaves an event of what was decided`() async throws {
        try await Acme.open { acme in
            _ = try await Connect.answer(acme.browser(), at: acme)
            _ = try await Connect.answer(acme.browser(), at: acme, decision: "cancel")
            // Whatever is not "continue" refuses.
            _ = try await Connect.answer(acme.browser(), at: acme, decision: "")

            #expect(
                try await acme.actions("connect-sign-in").sorted() == [
                    "connect-sign-in.cancelled", "connect-sign-in.cancelled", "connect-sign-in.confirmed",
                ]
            )
        }
    }

    @Test func `gives a code that ends with this browser's session`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let code = try #require(try await Connect.answer(browser, at: acme).answer["code"])
            let csrf = try await browser.csrf(of: "/account")
            _ = try await browser.post("/account/sign-out", [("csrf", csrf)])

            #expect(try await Connect.token(code, at: acme).json("error") == "invalid_grant")
        }
    }

    private enum SameOrigin {
        static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
    }

    private static func fields(of path: String, in browser: Browser) async throws -> [(String, String)] {
        [
            ("csrf", try await browser.csrf(of: path)),
            ("request", path.replacing("/oauth/consent?request=", with: "")), ("decision", "continue"),
        ]
    }
}

extension Acme {
    /// The actions of the events that begin so.
    fileprivate func actions(_ beginning: String) async throws -> [String] {
        try await store.events(EventQuery(limit: 100)).map(\.action).filter { $0.hasPrefix(beginning) }
    }
}
