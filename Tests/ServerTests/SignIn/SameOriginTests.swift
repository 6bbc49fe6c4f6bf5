import HTTPTypes
import HummingbirdTesting
import NIOCore
import OktaSimulator
import Testing

@Suite struct `A change of state is asked for` {
    /// What a browser sends with a form, and what comes of it.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let headers: HTTPFields
        let hasToken: Bool
        let status: HTTPResponse.Status

        var testDescription: String { name }
    }

    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin

    static let rows = [
        Row(name: "by our page", headers: [.origin: Acme.publicURL], hasToken: true, status: .ok),
        Row(
            name: "by our page, under no-referrer",
            headers: [.origin: "null", secFetchSite: "same-origin"],
            hasToken: true,
            status: .ok
        ),
        Row(name: "without the token", headers: [.origin: Acme.publicURL], hasToken: false, status: .forbidden),
        Row(name: "by another site", headers: [.origin: "https://evil.example"], hasToken: true, status: .forbidden),
        Row(name: "by a sandboxed frame", headers: [.origin: "null"], hasToken: true, status: .forbidden),
        Row(
            name: "by a sibling host",
            headers: [.origin: Acme.publicURL, secFetchSite: "same-site"],
            hasToken: true,
            status: .forbidden
        ),
        Row(name: "by another port", headers: [.origin: "http://127.0.0.1:9999"], hasToken: true, status: .forbidden),
        Row(name: "by who does not say", headers: [:], hasToken: true, status: .forbidden),
    ]

    @Test(arguments: rows)
    func `and is done for our own pages only`(row: Row) async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            let token = row.hasToken ? try await browser.csrf(of: "/account") : "x"

            let answer = try await browser.post("/account/sessions/end-others", [("csrf", token)], headers: row.headers)

            #expect(answer.status == (row.status == .ok ? .seeOther : row.status))
        }
    }

    @Test func `with another session's token, and is refused`() async throws {
        try await Acme.open { acme in
            let (one, two) = (acme.browser(), acme.browser())
            _ = try await one.signIn(as: acme.ana, at: acme)
            _ = try await two.signIn(as: acme.ana, at: acme)

            let answer = try await two.post(
                "/account/sessions/end-others",
                [("csrf", try await one.csrf(of: "/account"))]
            )

            #expect(answer.status == .forbidden)
        }
    }

    @Test func `by another site before anybody is signed in, and is refused`() async throws {
        try await Acme.open { acme in
            let answer = try await acme.browser().post(
                "/sign-in",
                [("email", "ana.silva@acme.example")],
                headers: [.origin: "https://evil.example"]
            )

            #expect(answer.status == .forbidden)
            #expect(answer.headers[values: .setCookie].isEmpty)
        }
    }
}

@Suite struct `Every answer tells the browser what it may do` {
    @Test(arguments: [
        "/sign-in", "/sign-in/failed/banned", "/nothing-here", "/account", "/assets/timus.css", "/user/external",
    ])
    func `with the same headers`(path: String) async throws {
        try await Acme.open { acme in
            let answer = try await acme.browser().get(path)

            let policy = answer.headers[.contentSecurityPolicy] ?? ""
            #expect(policy.contains("default-src 'none'"))
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(policy.contains("base-uri 'none'"))
            #expect(!policy.contains("unsafe"))
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(HTTPField.Name("Referrer-Policy").flatMap { answer.headers[$0] } == "no-referrer")
        }
    }

    @Test func `and pages are kept nowhere, assets for ever`() async throws {
        try await Acme.open { acme in
            let page = try await acme.browser().get("/sign-in")
            let path = try #require(page.text.firstMatch(of: /href="(\/assets\/timus.css\?v=[^"]+)"/)).1
            let asset = try await acme.browser().get(String(path))

            #expect(page.headers[.cacheControl] == "no-store")
            #expect(asset.headers[.cacheControl] == "public, max-age=31536000, immutable")
            #expect(asset.headers[.contentType] == "text/css; charset=utf-8")
        }
    }

    @Test func `and a page that is not there is a page`() async throws {
        try await Acme.open { acme in
            let page = try await acme.browser().get("/nothing-here")

            #expect(page.status == .notFound)
            #expect(page.text.contains("There is no such page"))
        }
    }
}
