import ConnectAPI
import Crypto
import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import OktaSimulator
import Storage
import Testing

@testable import SignIn

/// Connect's side of a sign-in.
struct Connect: Sendable {
    static let redirectURI = "http://127.0.0.1:53412/callback"
    static let verifier = String(repeating: "v", count: 43)
    static let state = "state-of-connect-1"

    static var challenge: String { Data(SHA256.hash(data: Data(verifier.utf8))).base64URLEncoded }

    static var parameters: [String: String] {
        [
            "response_type": "code", "client_id": "timus-connect", "redirect_uri": redirectURI,
            "code_challenge": challenge, "code_challenge_method": "S256", "state": state,
            "login_hint": "ana.silva@acme.example", "device_name": "ana's laptop",
        ]
    }

    static func path(_ parameters: [String: String] = parameters) -> String {
        "/oauth/authorize?"
            + parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\(Browser.encoded($0.value))" }.joined(
                separator: "&"
            )
    }

    /// From the authorization request to the page that asks.
    static func askedPage(
        _ browser: Browser,
        at acme: Acme,
        _ parameters: [String: String] = parameters
    ) async throws -> (path: String, page: TestResponse) {
        let start = try await browser.get(path(parameters))
        let back = try await browser.get(try await browser.visitOkta(start, as: acme.ana, in: acme.org))
        return (back.location, try await browser.get(back.location))
    }

    /// The whole way to a code.
    static func answer(_ browser: Browser, at acme: Acme, decision: String = "continue") async throws -> TestResponse {
        let (path, _) = try await askedPage(browser, at: acme)
        let request = path.replacing("/oauth/consent?request=", with: "")
        return try await browser.post(
            "/oauth/consent",
            [("csrf", try await browser.csrf(of: path)), ("request", request), ("decision", decision)]
        )
    }

    static func token(_ code: String, at acme: Acme, changing changes: [String: String] = [:]) async throws
        -> TestResponse
    {
        let fields = [
            "grant_type": "authorization_code", "client_id": "timus-connect", "code": code, "redirect_uri": redirectURI,
            "code_verifier": verifier,
        ].merging(changes) { $1 }
        return try await acme.browser().post("/oauth/token", fields.map { ($0.key, $0.value) }, headers: [:])
    }

    /// A session of ana's, as a token answer gave it.
    static func signedIn(at acme: Acme) async throws -> (access: String, refresh: String) {
        let code = try #require(try await answer(acme.browser(), at: acme).answer["code"])
        let tokens = try await token(code, at: acme)
        return (try #require(tokens.json("access_token")), try #require(tokens.json("refresh_token")))
    }

    static func renew(_ refresh: String, at acme: Acme) async throws -> TestResponse {
        try await acme.browser().post(
            "/oauth/token",
            [("grant_type", "refresh_token"), ("client_id", "timus-connect"), ("refresh_token", refresh)],
            headers: [:]
        )
    }

    static func revoke(_ token: String, at acme: Acme) async throws -> TestResponse {
        try await acme.browser().post(
            "/oauth/revoke",
            [("client_id", "timus-connect"), ("token", token)],
            headers: [:]
        )
    }

    static func whoami(_ token: String, at acme: Acme) async throws -> TestResponse {
        try await acme.client.execute(uri: "/whoami", method: .get, headers: [.authorization: "Bearer \(token)"])
    }
}

@Suite struct `Connect signs in by the browser` {
    @Test func `and gets a token for the user whom Okta named`() async throws {
        try await Acme.open { acme in
            let answer = try await Connect.answer(acme.browser(), at: acme)
            let code = try #require(answer.answer["code"])

            let token = try await Connect.token(code, at: acme)
            let user = try await Connect.whoami(try #require(token.json("access_token")), at: acme)

            #expect(answer.location.hasPrefix(Connect.redirectURI + "?"))
            #expect(answer.answer["state"] == Connect.state)
            #expect(answer.answer["iss"] == Acme.publicURL)
            #expect(token.json("token_type") == "Bearer")
            #expect(token.headers[.cacheControl] == "no-store")
            #expect(user.text == "ana.silva")
        }
    }

    @Test func `and the e-mail goes straight to Okta`() async throws {
        try await Acme.open { acme in
            let start = try await acme.browser().get(Connect.path())

            #expect(start.location.hasPrefix(acme.org.origin + "/oauth2/v1/authorize?"))
            #expect(start.answer["login_hint"] == "ana.silva@acme.example")
        }
    }

    @Test func `and the person sees who, where and the code before anything is given`() async throws {
        try await Acme.open { acme in
            let page = try await Connect.askedPage(acme.browser(), at: acme).page

            #expect(page.text.contains("<p class=\"match-code\">\(MatchCode.of(challenge: Connect.challenge))</p>"))
            #expect(page.text.contains("ana&#39;s laptop"))
            #expect(page.text.contains("ana.silva@acme.example"))
            #expect(
                page.headers[.contentSecurityPolicy]?.contains("form-action 'self' http://127.0.0.1:53412;") == true
            )
        }
    }

    @Test func `and nothing is given without the form's token`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let path = try await Connect.askedPage(browser, at: acme).path
            let request = path.replacing("/oauth/consent?request=", with: "")

            let answer = try await browser.post(
                "/oauth/consent",
                [("csrf", "x"), ("request", request), ("decision", "continue")]
            )

            #expect(answer.status == .forbidden)
        }
    }

    @Test func `and is told when it was cancelled`() async throws {
        try await Acme.open { acme in
            let answer = try await Connect.answer(acme.browser(), at: acme, decision: "cancel")

            #expect(answer.answer["error"] == "access_denied")
            #expect(answer.answer["state"] == Connect.state)
            #expect(answer.answer["code"] == nil)
        }
    }

    @Test func `and an account signed in an hour ago goes by Okta again`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let path = try await Connect.askedPage(browser, at: acme).path
            acme.clock.advance(3600)

            let later = try await browser.get(path)

            #expect(later.location.hasPrefix(acme.org.origin))
        }
    }

    /// One parameter changed, and what comes of it: nil for a page of ours.
    static let refusals: [(name: String, value: String?, error: String?)] = [
        ("client_id", "other", nil), ("client_id", nil, nil), ("redirect_uri", nil, nil),
        ("redirect_uri", "http://localhost:53412/callback", nil),
        ("redirect_uri", "http://127.0.0.1:53412/callback/", nil),
        ("redirect_uri", "http://127.0.0.1:53412/callback?x=1", nil),
        ("redirect_uri", "http://127.0.0.1:0/callback", nil), ("redirect_uri", "http://127.0.0.1:/callback", nil),
        ("redirect_uri", "http://127.0.0.1:70000/callback", nil), ("redirect_uri", "http://10.0.0.1:80/callback", nil),
        ("redirect_uri", "https://127.0.0.1:53412/callback", nil),
        ("redirect_uri", "http://127.0.0.1:1@evil.example/callback", nil),
        ("redirect_uri", "https://evil.example/callback", nil), ("response_type", "token", "unsupported_response_type"),
        ("code_challenge", nil, "invalid_request"), ("code_challenge", "short", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"), ("code_challenge_method", nil, "invalid_request"),
        ("response_type", nil, "invalid_request"), ("response_type", "code id_token", "unsupported_response_type"),
        ("response_mode", "fragment", "invalid_request"), ("code_challenge", "", "invalid_request"),
        ("code_challenge", String(repeating: "ä", count: 43), "invalid_request"),
        ("state", "two\r\nlines", "invalid_request"), ("state", String(repeating: "x", count: 501), "invalid_request"),
        ("device_name", String(repeating: "x", count: 65), "invalid_request"),
        ("device_name", "two\nlines", "invalid_request"),
    ]

    @Test(arguments: refusals)
    func `and a request that is not right goes nowhere`(row: (name: String, value: String?, error: String?))
        async throws
    {
        try await Acme.open { acme in
            var parameters = Connect.parameters
            parameters[row.name] = row.value

            let answer = try await acme.browser().get(Connect.path(parameters))

            #expect(answer.answer["error"] == row.error)
            #expect(answer.status == (row.error == nil ? .badRequest : .seeOther))
            #expect(row.error == nil || answer.location.hasPrefix(Connect.redirectURI))
        }
    }
}

@Suite struct `A code of Connect` {
    @Test(arguments: [
        ["code_verifier": String(repeating: "w", count: 43)], ["redirect_uri": "http://127.0.0.1:53413/callback"],
        ["code": "guessed"],
    ])
    func `is worth nothing to anybody else`(changes: [String: String]) async throws {
        try await Acme.open { acme in
            let code = try #require(try await Connect.answer(acme.browser(), at: acme).answer["code"])

            let refusal = try await Connect.token(code, at: acme, changing: changes)

            #expect(refusal.status == .badRequest)
            #expect(refusal.json("error") == "invalid_grant")
        }
    }

    @Test func `is good once, and its second use ends the session`() async throws {
        try await Acme.open { acme in
            let code = try #require(try await Connect.answer(acme.browser(), at: acme).answer["code"])
            let token = try #require(try await Connect.token(code, at: acme).json("access_token"))

            let second = try await Connect.token(code, at: acme)

            #expect(second.json("error") == "invalid_grant")
            #expect(try await Connect.whoami(token, at: acme).status == .unauthorized)
        }
    }

    @Test func `runs out after a minute`() async throws {
        try await Acme.open { acme in
            let code = try #require(try await Connect.answer(acme.browser(), at: acme).answer["code"])
            acme.clock.advance(61)

            #expect(try await Connect.token(code, at: acme).json("error") == "invalid_grant")
        }
    }

    @Test func `of a user who was suspended meanwhile gives nothing`() async throws {
        try await Acme.open { acme in
            let code = try #require(try await Connect.answer(acme.browser(), at: acme).answer["code"])
            try await acme.sync([acme.user(acme.ana, status: .suspended)])

            let refusal = try await Connect.token(code, at: acme)

            #expect(refusal.status == .badRequest)
            #expect(refusal.json("access_token") == nil)
        }
    }

    @Test(arguments: [
        (["client_id": "other"], "invalid_client"), (["grant_type": "password"], "unsupported_grant_type"),
        (["code_verifier": ""], "invalid_request"),
    ])
    func `is asked for in OAuth's words`(changes: [String: String], error: String) async throws {
        try await Acme.open { acme in
            let refusal = try await Connect.token("any", at: acme, changing: changes)

            #expect(refusal.json("error") == error)
        }
    }
}

@Suite struct `A token of Connect` {
    @Test func `ends with the user's access`() async throws {
        try await Acme.open { acme in
            let code = try #require(try await Connect.answer(acme.browser(), at: acme).answer["code"])
            let token = try #require(try await Connect.token(code, at: acme).json("access_token"))
            #expect(try await Connect.whoami(token, at: acme).status == .ok)

            try await acme.sync([acme.user(acme.ana, status: .suspended)])
            let refusal = try await Connect.whoami(token, at: acme)

            #expect(refusal.status == .unauthorized)
            #expect(refusal.headers[.contentType] == "application/problem+json")
            #expect(refusal.headers[.wwwAuthenticate] == "Bearer")
        }
    }

    @Test func `ends when it is given back`() async throws {
        try await Acme.open { acme in
            let code = try #require(try await Connect.answer(acme.browser(), at: acme).answer["code"])
            let token = try #require(try await Connect.token(code, at: acme).json("access_token"))

            let known = try await Connect.revoke(token, at: acme)
            let unknown = try await Connect.revoke("unknown", at: acme)

            #expect(known.status == .ok)
            #expect(unknown.status == .ok)
            #expect(try await Connect.whoami(token, at: acme).status == .unauthorized)
        }
    }

    @Test func `opens no page, as a page's cookie opens no API`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let code = try #require(try await Connect.answer(browser, at: acme).answer["code"])
            let token = try #require(try await Connect.token(code, at: acme).json("access_token"))
            let cookie = try #require(browser.cookies["timus-account"])
            let other = acme.browser()
            other.cookies = ["timus-account": token]

            #expect(try await other.get("/account").status == .seeOther)
            #expect(try await Connect.whoami(cookie, at: acme).status == .unauthorized)
        }
    }
}

@Suite struct `Connect signs in without a browser` {
    private func begin(_ acme: Acme) async throws -> (device: String, user: String) {
        let begun = try await acme.browser().post(
            "/oauth/device_authorization",
            [("client_id", "timus-connect"), ("device_name", "berlin-build-1")],
            headers: [:]
        )
        return (try #require(begun.json("device_code")), try #require(begun.json("user_code")))
    }

    private func poll(_ code: String, _ acme: Acme) async throws -> TestResponse {
        acme.clock.advance(6)
        return try await acme.browser().post(
            "/oauth/token",
            [
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", "timus-connect"),
                ("device_code", code),
            ],
            headers: [:]
        )
    }

    private func decide(_ decision: String, _ user: String, _ browser: Browser) async throws -> TestResponse {
        let csrf = try await browser.csrf(of: "/oauth/device")
        let asked = try await browser.post("/oauth/device", [("csrf", csrf), ("user_code", user.lowercased())])
        #expect(asked.text.contains("berlin-build-1"))
        return try await browser.post(
            "/oauth/device/decision",
            [("csrf", csrf), ("user_code", user), ("decision", decision)]
        )
    }

    @Test func `and gets a token once the code was typed elsewhere`() async throws {
        try await Acme.open { acme in
            let (device, user) = try await begin(acme)
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme, next: "/oauth/device")
            let before = try await poll(device, acme)

            let done = try await decide("continue", user, browser)
            let token = try await poll(device, acme)
            let again = try await poll(device, acme)

            #expect(before.json("error") == "authorization_pending")
            #expect(done.text.contains("You are signed in"))
            #expect(try await Connect.whoami(try #require(token.json("access_token")), at: acme).text == "ana.silva")
            #expect(again.json("error") == "invalid_grant")
        }
    }

    @Test func `and is told when it was cancelled`() async throws {
        try await Acme.open { acme in
            let (device, user) = try await begin(acme)
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme, next: "/oauth/device")

            _ = try await decide("cancel", user, browser)

            #expect(try await poll(device, acme).json("error") == "access_denied")
        }
    }

    @Test func `and has to slow down when it asks too often`() async throws {
        try await Acme.open { acme in
            let (device, _) = try await begin(acme)
            _ = try await poll(device, acme)
            acme.clock.advance(-5)

            #expect(try await poll(device, acme).json("error") == "slow_down")
        }
    }

    @Test func `and the code runs out after ten minutes`() async throws {
        try await Acme.open { acme in
            let (device, _) = try await begin(acme)
            acme.clock.advance(601)

            #expect(try await poll(device, acme).json("error") == "expired_token")
        }
    }

    @Test func `and ten thousand codes that somebody tries find none`() async throws {
        try await Acme.open { acme in
            let (device, user) = try await begin(acme)
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme, next: "/oauth/device")
            let csrf = try await browser.csrf(of: "/oauth/device")
            let letters = Array("BCDFGHJKLMNPQRSTVWXZ")

            var blocked = 0
            for number in 0..<10_000 {
                let guess = "BBBB" + [8000, 400, 20, 1].map { String(letters[number / $0 % 20]) }.joined()
                let path = number % 2 == 0 ? "/oauth/device" : "/oauth/device/decision"
                let page = try await browser.post(
                    path,
                    [("csrf", csrf), ("user_code", guess), ("decision", "continue")]
                )
                if page.text.contains("too many codes") { blocked += 1 }
            }
            let right = try await browser.post("/oauth/device", [("csrf", csrf), ("user_code", user)])
            let decided = try await browser.post(
                "/oauth/device/decision",
                [("csrf", csrf), ("user_code", user), ("decision", "continue")]
            )

            // Five are looked up; of the rest, every other one is on the page that says why.
            #expect(blocked >= 4990)
            #expect(right.text.contains("too many codes were tried"))
            #expect(decided.status == .unprocessableContent)
            #expect(try await poll(device, acme).json("error") == "authorization_pending")
        }
    }

    @Test func `and a right code is no try too many`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme, next: "/oauth/device")

            for _ in 0..<6 {
                let (_, user) = try await begin(acme)
                let done = try await decide("continue", user, browser)
                #expect(done.text.contains("You are signed in"))
            }
        }
    }

    @Test func `and the first button refuses`() async throws {
        try await Acme.open { acme in
            let (_, user) = try await begin(acme)
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme, next: "/oauth/device")
            let csrf = try await browser.csrf(of: "/oauth/device")

            let asked = try await browser.post("/oauth/device", [("csrf", csrf), ("user_code", user)])

            #expect(asked.buttons == ["Cancel", "Continue"])
        }
    }

    @Test func `and not as a user who was suspended meanwhile`() async throws {
        try await Acme.open { acme in
            let (device, user) = try await begin(acme)
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme, next: "/oauth/device")
            _ = try await decide("continue", user, browser)
            try await acme.sync([acme.user(acme.ana, status: .suspended)])

            #expect(try await poll(device, acme).json("error") == "invalid_grant")
        }
    }

    @Test func `and thirty-one in ten minutes are too many for one address`() async throws {
        try await Acme.open { acme in
            for _ in 0..<30 { _ = try await begin(acme) }

            let refused = try await acme.browser().post(
                "/oauth/device_authorization",
                [("client_id", "timus-connect")],
                headers: [:]
            )

            #expect(refused.json("error") == "slow_down")
        }
    }
}

extension TestResponse {
    /// What the buttons of the page's forms say, in the order in which they stand.
    var buttons: [String] {
        text.matches(of: /<button class="button[^>]*type="submit"[^>]*>([^<]+)/).map { String($0.1) }
    }
}
