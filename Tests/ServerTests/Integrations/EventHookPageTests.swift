import Directory
import HTTPTypes
import HummingbirdTesting
import OktaSimulator
import Storage
import Sync
import Testing

@Suite struct `The tab Event hook` {
    private static let path = "/settings/integrations/okta/event-hook"

    @Test func `gives an administrator what to paste into Okta`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)

            let page = try await browser.get(Self.path)

            let hook = try await console.store.eventHook()
            let secret = try await console.store.eventHookSecret().value
            #expect(page.text.contains("value=\"\(Acme.publicURL)/okta/events/\(hook.id)\""))
            #expect(page.text.contains(secret))
            #expect(page.text.contains("value=\"Authorization\""))
            for type in OktaEventType.allCases { #expect(page.text.contains(type.rawValue)) }
            #expect(page.text.contains("Not verified"))
        }
    }

    @Test func `says when Okta verified it and when the last event came`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)
            _ = try await console.store.eventHook()
            try await console.store.noteEventHookVerified()
            try await console.store.noteEvent("group.user_membership.remove")

            let page = try await browser.get(Self.path)

            #expect(page.text.contains("Receiving"))
            #expect(page.text.contains("<code>group.user_membership.remove</code>, <time"))
        }
    }

    @Test func `shows a viewer neither secret nor address, and renews nothing for them`() async throws {
        try await ManagerConsole.open { console in
            _ = try await console.confirm(console.values, in: console.browser())
            let vera = try await console.browser(as: "vera@acme.example")
            let hook = try await console.store.eventHook()
            let secret = try await console.store.eventHookSecret().value

            let page = try await vera.get(Self.path)
            let renewal = try await vera.post(Self.path + "/renewal", [("csrf", try await vera.csrf(of: Self.path))])

            #expect(page.status == .ok)
            #expect(!page.text.contains(secret))
            #expect(!page.text.contains(hook.id.rawValue))
            #expect(!page.text.contains(">Renew</button>"))
            #expect(renewal.status == .forbidden)
            #expect(try await console.store.eventHook().id == hook.id)
        }
    }

    @Test func `renews address and secret, and the old ones end at once`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)
            let body = Delivery.suspension(of: console.org.people(limit: 1) { $0.status == .active }[0].id)
            let old = try await console.delivery(body)
            let before = try await console.post(old)

            let answer = try await browser.post(
                Self.path + "/renewal",
                [("csrf", try await browser.csrf(of: Self.path))]
            )
            let after = try await console.post(old)
            let new = try await console.post(try await console.delivery(body))

            #expect(before.status == .noContent)
            #expect(answer.location == Self.path)
            #expect(after.status == .notFound)
            #expect(new.status == .noContent)
        }
    }

    @Test func `is not there before there is an integration`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()

            let page = try await browser.get("/settings/integrations/okta")
            let tab = try await browser.get(Self.path)

            #expect(!page.text.contains("Event hook"))
            #expect(tab.location == "/settings/integrations/okta")
        }
    }
}
