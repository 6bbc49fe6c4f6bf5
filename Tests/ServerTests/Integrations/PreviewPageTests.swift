import Access
import Directory
import HTTPTypes
import HummingbirdTesting
import OktaSimulator
import Storage
import Sync
import Testing

@Suite struct `Preview` {
    private static let path = "/settings/integrations/okta/preview"

    @Test func `asks first, since it reads Okta`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            let (browser, _) = try await console.connected(to: "Night shift", with: people)
            console.org.requests.clear()

            let page = try await browser.get(Self.path)

            #expect(page.text.contains(">Make a preview</button>"))
            #expect(console.org.requests.count(of: "/api/v1") == 0)
        }
    }

    @Test func `says who would join before the first synchronization, while it is still OFF`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            let people = console.org.people(limit: 3) { $0.status == .active }
            let night = try console.org.createGroup("Night shift").id
            try console.org.addMembers(people.map(\.id), to: night)
            _ = try await console.confirm(console.values, in: browser)
            _ = try await console.prefer([("group[]", night.description)], in: browser)

            let page = try await console.preview(in: browser)

            #expect(page.status == .ok)
            #expect(page.text.contains("<b>3</b> <span>would join</span>"))
            for person in people { #expect(page.text.contains(person.login)) }
            #expect(page.text.contains("3 users and 3 memberships"))
            #expect(try await console.store.userCounts()[.active] == 0)
            #expect(try await console.store.syncRuns().isEmpty)
        }
    }

    @Test func `names who would leave, and whose sessions would end and why`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            let (browser, night) = try await console.connected(to: "Night shift", with: people)
            _ = try await console.store.openSession(
                .user(User.ID(people[0].id.description)),
                kind: .connect,
                userAgent: nil,
                address: nil
            )
            try console.org.removeMember(people[0].id, from: night)
            try console.org.suspend(people[1].id)

            let page = try await console.preview(in: browser)

            #expect(page.text.contains("<b>1</b> <span>would leave</span>"))
            #expect(page.text.contains("<b>1</b> <span>would lose live access</span>"))
            #expect(page.text.contains("ACTIVE → SUSPENDED"))
            #expect(page.text.contains("/users/\(people[0].id)"))
            #expect(page.text.contains("1 session, 0 connections"))
            #expect(!page.text.contains("would wait for your approval"))
            #expect(try await console.store.userCounts()[.active] == 3)
        }
    }

    @Test func `says that the guard would hold it`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 15) { $0.status == .active }
            let (browser, night) = try await console.connected(to: "Night shift", with: people)
            for person in people { try console.org.removeMember(person.id, from: night) }

            let page = try await console.preview(in: browser)

            #expect(page.text.contains("This would wait for your approval."))
            #expect(page.text.contains("15 of 15 users with access"))
            #expect(page.text.contains("more than 10 at once wait"))
        }
    }

    @Test func `says so where nothing would change`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            let (browser, _) = try await console.connected(to: "Night shift", with: people)

            let page = try await console.preview(in: browser)

            #expect(page.text.contains("Nothing would change"))
        }
    }

    @Test func `tells what stands in its way`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            let (browser, _) = try await console.connected(to: "Night shift", with: people)
            for token in console.org.tokens { try console.org.revokeToken(token.id) }

            let page = try await console.preview(in: browser)

            #expect(page.text.contains("Okta does not accept the API token."))
            #expect(page.text.contains(">Make a preview</button>"))
        }
    }

    @Test func `is for who may change something`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            _ = try await console.connected(to: "Night shift", with: people)
            let vera = try await console.browser(as: "vera@acme.example")

            let page = try await vera.get(Self.path)
            let answer = try await vera.post(Self.path, [("csrf", try await vera.csrf(of: Self.path))])

            #expect(!page.text.contains(">Make a preview</button>"))
            #expect(answer.status == .forbidden)
        }
    }
}

extension ManagerConsole {
    fileprivate func preview(in browser: Browser) async throws -> TestResponse {
        let path = "/settings/integrations/okta/preview"
        return try await browser.post(path, [("csrf", try await browser.csrf(of: path))])
    }
}
