import AsyncHTTPClient
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOHTTP1
import OktaSimulator
import Storage
import Testing

@Suite struct `Somebody signs out here, and then at Okta` {
    /// Signed in to Accounts, with a session at Okta.
    private static func signOut(_ browser: Browser) async throws -> TestResponse {
        try await browser.post("/account/sign-out", [("csrf", try await browser.csrf(of: "/account"))])
    }

    /// The address at Okta to which the page goes on.
    private static func address(_ out: TestResponse) throws -> String {
        let refresh = try #require(HTTPField.Name("Refresh").flatMap { out.headers[$0] })
        return refresh.replacing("0; url=", with: "")
    }

    private static func parameters(_ address: String) -> [String: String] {
        let items = URLComponents(string: address)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    }

    private static func visit(
        _ address: String,
        with session: Org.Session,
        at acme: Acme
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "Cookie", value: "sid=\(session.token)")
        return try await acme.http.execute(request, timeout: .seconds(10))
    }

    @Test func `with a state of its own each time, and comes back`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            var states: Set<String> = []
            for _ in 0..<2 {
                _ = try await browser.signIn(as: acme.ana, at: acme)
                let session = try acme.org.openSession(for: acme.ana.id)
                let address = try Self.address(try await Self.signOut(browser))
                let state = try #require(Self.parameters(address)["state"])

                let back = try await Self.visit(address, with: session, at: acme)

                #expect(back.headers.first(name: "Location") == Acme.publicURL + "/signed-out?state=" + state)
                #expect(acme.org.session(session.token) == nil)
                states.insert(state)
            }
            #expect(states.count == 2)
            #expect(states.allSatisfy { $0.count == 22 })
        }
    }

    @Test(arguments: ["", "?state=other", "?state=a&state=b", "?state=%00%ff", "?state=%3Cscript%3E"])
    func `and whatever state comes back, the page says so and does nothing`(query: String) async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)

            let page = try await browser.get("/signed-out" + query)

            #expect(page.status == .ok)
            #expect(page.text.contains("You are signed out"))
            #expect(!page.text.contains("<script>"))
            #expect(page.headers[values: .setCookie].isEmpty)
            #expect(try await browser.get("/account").status == .ok)
        }
    }

    @Test func `with an ID token that has run out`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            acme.clock.advance(90 * 60)
            let session = try acme.org.openSession(for: acme.ana.id)

            let address = try Self.address(try await Self.signOut(browser))
            let back = try await Self.visit(address, with: session, at: acme)

            #expect(back.headers.first(name: "Location")?.hasPrefix(Acme.publicURL + "/signed-out?") == true)
            #expect(acme.org.session(session.token) == nil)
        }
    }

    @Test func `and Okta's refusal of our address changes nothing here`() async throws {
        try await Acme.open { acme in
            let settings = Org.AppSettings(label: "Timus", signInRedirectURIs: [Acme.publicURL + "/user/external"])
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            let old = browser.cookies
            try acme.org.updateApp(acme.app.id, settings)
            let session = try acme.org.openSession(for: acme.ana.id)

            let address = try Self.address(try await Self.signOut(browser))
            let back = try await Self.visit(address, with: session, at: acme)

            #expect(back.status.code == 400)
            browser.cookies = old
            #expect(try await browser.get("/account").status == .seeOther)
        }
    }

    @Test func `and out here even where Okta cannot be reached`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            let old = browser.cookies
            let csrf = try await browser.csrf(of: "/account")
            // Another secret: what was known of the org is forgotten, and has to be read again.
            let credentials = OktaCredentials(
                domain: acme.org.origin,
                issuer: acme.org.origin,
                clientID: acme.app.clientID,
                clientSecret: Secret("another"),
                apiToken: Secret("none")
            )
            try await acme.store.enableOkta(credentials, by: .system)
            acme.org.faults.add(Org.Fault(.status(503), at: "/.well-known/"))

            let out = try await browser.post("/account/sign-out", [("csrf", csrf)])

            #expect(out.location == "/signed-out")
            browser.cookies = old
            #expect(try await browser.get("/account").status == .seeOther)
        }
    }

    @Test(arguments: ["/sign-out", "/account/sign-out"], [HTTPRequest.Method.get, .head])
    func `by POST only`(path: String, method: HTTPRequest.Method) async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)

            let answer = try await acme.client.execute(
                uri: path,
                method: method,
                headers: [.cookie: browser.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")]
            )

            #expect(answer.status.kind == .clientError)
            #expect(try await browser.get("/account").status == .ok)
        }
    }
}
