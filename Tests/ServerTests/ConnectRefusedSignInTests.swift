import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import OktaSimulator
import Storage
import Testing

@testable import SignIn

@Suite struct `Connect's sign-in that does not succeed` {
    /// The page at which a sign-in of Connect ends as ana.
    private func failedPage(_ acme: Acme) async throws -> TestResponse {
        let browser = acme.browser()
        let start = try await browser.get(Connect.path())
        let back = try await browser.get(try await browser.visitOkta(start, as: acme.ana, in: acme.org))
        return try await browser.get(back.location)
    }

    @Test func `leads back to Connect with Okta's refusal`() async throws {
        try await Acme.open { acme in
            try acme.org.unassign(acme.ana.id, from: acme.app.id)

            let page = try await failedPage(acme)
            let answer = try #require(page.wayBack)

            #expect(page.status == .forbidden)
            #expect(answer.address.hasPrefix(Connect.redirectURI + "?"))
            #expect(answer["error"] == "access_denied")
            #expect(
                answer["error_description"]
                    == "You are not assigned to this app in Okta. Ask your administrator to assign you to the app in Okta, "
                    + "then try again."
            )
            #expect(answer["state"] == Connect.state)
            #expect(answer["iss"] == Acme.publicURL)
            #expect(answer["code"] == nil)
            #expect(page.text.contains("Sign in as another Okta user"))
        }
    }

    @Test func `leads back to Connect with ours`() async throws {
        try await Acme.open { acme in
            try await acme.sync([acme.user(acme.ana, status: .suspended)])

            let answer = try #require(try await failedPage(acme).wayBack)

            #expect(answer["error"] == "access_denied")
            #expect(answer["error_description"]?.hasPrefix("Your user is not active in Okta. ") == true)
        }
    }

    @Test func `leads back to Connect where Okta is not set up`() async throws {
        try await Acme.open { acme in
            try await acme.store.disableOkta(by: .commandLine("test"))
            let browser = acme.browser()

            let page = try await browser.get(try await browser.get(Connect.path()).location)

            #expect(page.wayBack?["error"] == "server_error")
        }
    }

    @Test func `of somebody who comes by the site leads nowhere else`() async throws {
        try await Acme.open { acme in
            try acme.org.unassign(acme.ana.id, from: acme.app.id)
            let browser = acme.browser()

            let back = try await browser.signIn(as: acme.ana, at: acme, next: "/account")
            let page = try await browser.get(back.location)

            #expect(page.status == .forbidden)
            #expect(!page.text.contains("Back to Timus Connect"))
        }
    }

    /// What somebody could put into the page's address.
    static let forged: [(name: String, value: String?)] = [
        ("redirect_uri", "https://evil.example/callback"), ("redirect_uri", "http://10.0.0.1:80/callback"),
        ("redirect_uri", "http://127.0.0.1:1@evil.example/callback"), ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "http://127.0.0.1:53412/callback?x=1"), ("redirect_uri", nil), ("client_id", "other"),
        ("code_challenge", nil),
    ]

    @Test(arguments: forged)
    func `never leads to what is not Connect's own request`(row: (name: String, value: String?)) async throws {
        try await Acme.open { acme in
            var parameters = Connect.parameters
            parameters[row.name] = row.value
            let query = Connect.path(parameters).replacing("/oauth/authorize?", with: "")
            for path in [
                "/oauth/consent?request=\(AuthorizationQuery.packed(query))", "/oauth/consent?\(query)",
                "/account?request=\(AuthorizationQuery.packed(Connect.path().replacing("/oauth/authorize?", with: "")))",
            ] {
                let page = try await acme.browser().get("/sign-in/failed/not-assigned?next=\(Browser.encoded(path))")

                #expect(page.status == .forbidden)
                #expect(!page.text.contains("Back to Timus Connect"))
                #expect(!page.text.contains("evil.example"))
            }
        }
    }
}

/// The link of a page back to Connect, taken apart.
private struct WayBack {
    let address: String
    private let fields: [String: String]

    init?(_ page: String) {
        guard let match = page.firstMatch(of: /href="([^"]+)">Back to Timus Connect</) else { return nil }
        address = String(match.1).replacing("&amp;", with: "&")
        let items = URLComponents(string: address)?.queryItems ?? []
        fields = Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    }

    subscript(name: String) -> String? { fields[name] }
}

extension TestResponse {
    fileprivate var wayBack: WayBack? { WayBack(text) }
}
