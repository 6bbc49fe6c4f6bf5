import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Storage
import Testing

@testable import OktaSimulator
@testable import SignIn

/// Okta's side of a Universal Logout, right unless a test says otherwise.
struct OktaLogout: Sendable {
    static let endpoint = Acme.publicURL + "/okta/universal-logout"

    struct Claims: Encodable {
        var jti: String? = UUID().uuidString
        var iss: String?
        var sub: String?
        var aud: String? = endpoint
        var exp: Int?
        var nbf: Int?
        var iat: Int?
        var nonce: String?

        init(_ acme: Acme) {
            let now = Int(acme.clock.now().timeIntervalSince1970)
            iss = acme.org.origin
            sub = acme.app.clientID
            exp = now + 300
            nbf = now - 300
            iat = now
        }
    }

    let acme: Acme

    func token(
        type: String? = "global-token-revocation+jwt",
        keys: SigningKeys? = nil,
        _ change: (inout Claims) -> Void = { _ in }
    ) throws -> String {
        var claims = Claims(acme)
        change(&claims)
        return try (keys ?? acme.org.signingKeys()).sign(claims, type: type)
    }

    /// A token with this header, whatever signature it then has.
    func token(header: String) throws -> String {
        let parts = try token().split(separator: ".")
        return "\(Data(header.utf8).base64URLEncoded).\(parts[1]).\(parts[2])"
    }

    var ana: String {
        #"{"sub_id":{"format":"iss_sub","iss":"\#(acme.org.origin)","sub":"\#(acme.ana.id)"}}"#
    }

    func send(
        _ token: String?,
        body: String? = nil,
        method: HTTPRequest.Method = .post,
        contentType: String = "application/json"
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.contentType: contentType]
        headers[.authorization] = token.map { "Bearer \($0)" }
        return try await acme.client.execute(
            uri: "/okta/universal-logout",
            method: method,
            headers: headers,
            body: ByteBuffer(string: body ?? ana)
        )
    }
}

@Suite struct `Okta signs ana out everywhere` {
    /// A browser in which ana is signed in to Accounts.
    private static func browser(at acme: Acme) async throws -> Browser {
        let browser = acme.browser()
        _ = try await browser.signIn(as: acme.ana, at: acme)
        return browser
    }

    @Test func `and she is out of Accounts and Connect at her next request`() async throws {
        try await Acme.open { acme in
            let browser = try await Self.browser(at: acme)
            let answer = try await Connect.answer(acme.browser(), at: acme)
            let token = try await Connect.token(try #require(answer.answer["code"]), at: acme)
            let access = try #require(token.json("access_token"))
            #expect(try await Connect.whoami(access, at: acme).text == "ana.silva")

            let logout = OktaLogout(acme: acme)
            let reply = try await logout.send(try logout.token())

            #expect(reply.status == .noContent)
            #expect(reply.body.readableBytes == 0)
            #expect(try await browser.get("/account").status == .seeOther)
            #expect(try await Connect.whoami(access, at: acme).status == .unauthorized)
        }
    }

    @Test func `and she is out of Manager where she came in through Okta`() async throws {
        try await Acme.open { acme in
            let rosa = try #require(try await acme.store.administrator(email: "rosa@acme.example"))
            try await acme.store.linkAdministrator(rosa.id, to: acme.user(acme.ana).id, by: .system)
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme, next: "/")
            #expect(try await browser.get("/").status == .ok)

            let logout = OktaLogout(acme: acme)
            _ = try await logout.send(try logout.token())

            #expect(try await browser.get("/").status == .seeOther)
        }
    }

    @Test func `by her e-mail`() async throws {
        try await Acme.open { acme in
            let browser = try await Self.browser(at: acme)
            let logout = OktaLogout(acme: acme)

            let reply = try await logout.send(
                try logout.token(),
                body: #"{"sub_id":{"format":"email","email":"\#(acme.ana.login)"}}"#
            )

            #expect(reply.status == .noContent)
            #expect(try await browser.get("/account").status == .seeOther)
        }
    }

    @Test func `with a key that was made since, as Okta changes them`() async throws {
        try await Acme.open { acme in
            let browser = try await Self.browser(at: acme)
            acme.clock.advance(60)
            try acme.org.rotateSigningKeys()
            let logout = OktaLogout(acme: acme)

            let reply = try await logout.send(try logout.token())

            #expect(reply.status == .noContent)
            #expect(try await browser.get("/account").status == .seeOther)
        }
    }

    @Test func `and she may come back`() async throws {
        try await Acme.open { acme in
            let logout = OktaLogout(acme: acme)
            _ = try await logout.send(try logout.token())

            let browser = try await Self.browser(at: acme)

            #expect(try await browser.get("/account").status == .ok)
        }
    }

    // MARK: - What is no word of Okta's

    /// A token that is not to be taken.
    struct Bad: Sendable, CustomTestStringConvertible {
        let name: String
        var status = HTTPResponse.Status.unauthorized
        let token: @Sendable (OktaLogout) throws -> String?

        var testDescription: String { name }
    }

    static let bad: [Bad] = [
        Bad(name: "no token") { _ in nil },
        Bad(name: "no token at all") { _ in "" },
        Bad(name: "alg none") { try $0.token(header: #"{"alg":"none","typ":"global-token-revocation+jwt"}"#) },
        Bad(name: "alg HS256") {
            let kid = try $0.acme.org.signingKeys().published[0].id
            return try $0.token(header: #"{"alg":"HS256","kid":"\#(kid)","typ":"global-token-revocation+jwt"}"#)
        },
        Bad(name: "no signature") { try $0.token().split(separator: ".").dropLast().joined(separator: ".") + "." },
        Bad(name: "another type") { try $0.token(type: "logout+jwt") },
        Bad(name: "no type, as an ID token") { try $0.token(type: nil) },
        Bad(name: "an ID token of ana's") {
            try $0.token(type: nil) { claims in
                claims.aud = claims.sub
                claims.nonce = "nonce"
            }
        },
        Bad(name: "with a nonce") { try $0.token { $0.nonce = "nonce" } },
        Bad(name: "another audience") { try $0.token { $0.aud = "https://elsewhere.example/okta/universal-logout" } },
        Bad(name: "an audience with a query") { try $0.token { $0.aud = OktaLogout.endpoint + "?x=1" } },
        Bad(name: "no audience") { try $0.token { $0.aud = nil } },
        Bad(name: "another issuer") { try $0.token { $0.iss = "https://evil.okta.com" } },
        Bad(name: "no issuer") { try $0.token { $0.iss = nil } },
        Bad(name: "no id") { try $0.token { $0.jti = nil } },
        Bad(name: "run out") { try $0.token { $0.exp = ($0.exp ?? 0) - 400 } },
        Bad(name: "no end") { try $0.token { $0.exp = nil } },
        Bad(name: "not begun") { try $0.token { $0.nbf = ($0.nbf ?? 0) + 900 } },
        Bad(name: "made long ago") { try $0.token { $0.iat = ($0.iat ?? 0) - 3600 } },
        Bad(name: "no time of making") { try $0.token { $0.iat = nil } },
        Bad(name: "another's key") { try $0.token(keys: SigningKeys()) },
        Bad(name: "another app", status: .forbidden) { try $0.token { $0.sub = "0oaOther" } },
        Bad(name: "no app", status: .forbidden) { try $0.token { $0.sub = nil } },
    ]

    @Test(arguments: bad)
    func `and not with a token that is`(_ bad: Bad) async throws {
        try await Acme.open { acme in
            let browser = try await Self.browser(at: acme)
            let logout = OktaLogout(acme: acme)

            let reply = try await logout.send(try bad.token(logout))

            #expect(reply.status == bad.status)
            #expect(try await browser.get("/account").status == .ok)
        }
    }

    @Test func `and not with the same token again`() async throws {
        try await Acme.open { acme in
            let logout = OktaLogout(acme: acme)
            let token = try logout.token()
            #expect(try await logout.send(token).status == .noContent)
            let browser = try await Self.browser(at: acme)

            let again = try await logout.send(token)

            #expect(again.status == .unauthorized)
            #expect(try await browser.get("/account").status == .ok)
        }
    }

    @Test func `and not in the name of ana's ID token`() async throws {
        try await Acme.open { acme in
            let browser = try await Self.browser(at: acme)
            let session = try #require(
                try await acme.store.sessions(of: .user(acme.user(acme.ana).id)).first
            )
            let idToken = try #require(try await acme.store.idToken(of: session.id))

            let reply = try await OktaLogout(acme: acme).send(idToken.value)

            #expect(reply.status == .unauthorized)
            #expect(try await browser.get("/account").status == .ok)
        }
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"sub_id":"ana"}"#, #"{"sub_id":{}}"#, #"{"sub_id":{"format":"email"}}"#,
        #"{"sub_id":{"format":"opaque","id":"00u1"}}"#, #"{"sub_id":{"format":"email","email":""}}"#,
        #"{"sub_id":{"format":"email","email":["ana.silva@acme.example"]}}"#,
        #"{"sub_id":{"format":"iss_sub","sub":"00u1"}}"#, #"{"sub_id":{"format":"iss_sub","iss":"https://x"}}"#,
    ])
    func `and not with a body that says not whom`(body: String) async throws {
        try await Acme.open { acme in
            let browser = try await Self.browser(at: acme)
            let logout = OktaLogout(acme: acme)
            let token = try logout.token()

            let reply = try await logout.send(token, body: body)

            #expect(reply.status == .badRequest)
            #expect(try await browser.get("/account").status == .ok)
            // The token was not used up by it.
            #expect(try await logout.send(token).status == .noContent)
        }
    }

    @Test func `and nobody whom Timus does not know`() async throws {
        try await Acme.open { acme in
            let browser = try await Self.browser(at: acme)
            let logout = OktaLogout(acme: acme)
            let bodies = [
                #"{"sub_id":{"format":"email","email":"nobody@acme.example"}}"#,
                #"{"sub_id":{"format":"iss_sub","iss":"\#(acme.org.origin)","sub":"\#(acme.ben.id)"}}"#,
                #"{"sub_id":{"format":"iss_sub","iss":"https://other.okta.com","sub":"\#(acme.ana.id)"}}"#,
            ]

            for body in bodies {
                let token = try logout.token()
                #expect(try await logout.send(token, body: body).status == .notFound)
            }
            #expect(try await browser.get("/account").status == .ok)
        }
    }

    @Test func `and neither of two who share an e-mail`() async throws {
        try await Acme.open { acme in
            var ben = acme.user(acme.ben)
            ben.email = acme.ana.login
            try await acme.sync([acme.user(acme.ana), ben])
            let browser = try await Self.browser(at: acme)
            let logout = OktaLogout(acme: acme)

            let reply = try await logout.send(
                try logout.token(),
                body: #"{"sub_id":{"format":"email","email":"\#(acme.ana.login)"}}"#
            )

            #expect(reply.status == .unprocessableContent)
            #expect(reply.text.contains("Issuer and Subject Identifier"))
            #expect(try await browser.get("/account").status == .ok)
        }
    }

    @Test func `by POST, as JSON, and in few words only`() async throws {
        try await Acme.open { acme in
            let browser = try await Self.browser(at: acme)
            let logout = OktaLogout(acme: acme)

            for method in [HTTPRequest.Method.get, .put, .delete, .patch] {
                let reply = try await logout.send(try logout.token(), method: method)
                #expect(reply.status == .methodNotAllowed)
                #expect(reply.headers[.allow] == "POST")
            }
            let form = try await logout.send(try logout.token(), contentType: "application/x-www-form-urlencoded")
            let text = try await logout.send(try logout.token(), contentType: "text/plain")
            let large = try await logout.send(try logout.token(), body: String(repeating: " ", count: 16_385))

            #expect(form.status == .unsupportedMediaType)
            #expect(text.status == .unsupportedMediaType)
            #expect(large.status == .contentTooLarge)
            #expect(try await browser.get("/account").status == .ok)
        }
    }

    @Test func `and tokens with made-up keys do not make us ask Okta again and again`() async throws {
        try await Acme.open { acme in
            let logout = OktaLogout(acme: acme)
            let strange = try SigningKeys()
            let before = acme.org.requests.count(of: "/oauth2/v1/keys")

            for _ in 0..<100 {
                let token = try logout.token(keys: strange)
                #expect(try await logout.send(token).status == .unauthorized)
            }

            // The first reading, and one for the key that is not there.
            #expect(acme.org.requests.count(of: "/oauth2/v1/keys") - before <= 2)
        }
    }

    @Test func `and while Okta's keys cannot be read, it is asked once in a while only`() async throws {
        try await Acme.open { acme in
            let logout = OktaLogout(acme: acme)
            acme.org.faults.add(Org.Fault(.status(503), at: "/oauth2/v1/keys"))

            for _ in 0..<20 {
                let token = try logout.token()
                #expect(try await logout.send(token).status == .serviceUnavailable)
            }

            #expect(acme.org.requests.count(of: "/oauth2/v1/keys") == 1)
        }
    }

    @Test func `and is told where the integration is off`() async throws {
        try await Acme.open { acme in
            let logout = OktaLogout(acme: acme)
            try await acme.store.disableOkta(by: .system)

            let token = try logout.token()
            #expect(try await logout.send(token).status == .serviceUnavailable)
        }
    }
}
