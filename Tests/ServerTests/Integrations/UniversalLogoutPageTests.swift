import Foundation
import HTTPTypes
import HummingbirdTesting
import OktaSimulator
import Storage
import Testing

@Suite struct `The tab Universal Logout` {
    private static let path = "/settings/integrations/okta/universal-logout"

    @Test func `gives what to enter in Okta`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)

            let page = try await browser.get(Self.path)

            #expect(page.status == .ok)
            #expect(page.text.contains("value=\"\(Acme.publicURL)/okta/universal-logout\""))
            #expect(page.text.contains("Issuer and Subject Identifier"))
            #expect(page.text.contains("Not used yet"))
        }
    }

    @Test func `says when it was last used, and for whom`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 2).filter { $0.id != console.org.administrator }
            let ana = try #require(people.first)
            let (browser, _) = try await console.connected(to: "Pilots", with: [ana])
            let logout = UniversalLogout(
                tokenID: "jti",
                tokenExpiresAt: console.store.now().addingTimeInterval(60),
                subject: .email(ana.profile.email)
            )
            #expect(try await console.store.perform(logout) == .done(sessions: 0, connections: 0))

            let page = try await browser.get(Self.path)

            #expect(page.text.contains("In use"))
            #expect(page.text.contains(ana.login))
        }
    }

    @Test func `is there once the integration is`() async throws {
        try await ManagerConsole.open { console in
            let page = try await console.browser().get(Self.path)

            #expect(page.status == .seeOther)
        }
    }

    @Test func `and Configuration has the address at which a sign-in begins`() async throws {
        try await ManagerConsole.open { console in
            let page = try await console.browser().get("/settings/integrations/okta/configuration")

            #expect(page.text.contains("Initiate login URI"))
            #expect(page.text.contains("value=\"\(Acme.publicURL)/sign-in/okta\""))
        }
    }
}
