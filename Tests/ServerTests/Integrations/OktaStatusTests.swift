import Access
import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import OktaSimulator
import Storage
import Sync
import Testing

@Suite struct `The head of the Okta Integration window` {
    @Test func `says when Okta was looked at, and when it will be`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            let (browser, _) = try await console.connected(to: "Night shift", with: people)

            let page = try await browser.get("/settings/integrations/okta")

            #expect(page.text.contains("Looked for changes <time"))
            #expect(page.text.contains("Full synchronization <time"))
            #expect(page.text.contains("Next "))
            #expect(page.text.contains("href=\"/settings/integrations/okta/preview\""))
            #expect(page.text.contains("Active</strong>"))
        }
    }

    @Test func `says Paused, and no next time, while Synchronization Status is OFF`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            let (browser, _) = try await console.connected(to: "Night shift", with: people)
            try await console.store.setSynchronization(false, by: .commandLine("test"))

            let page = try await browser.get("/settings/integrations/okta")

            #expect(page.text.contains("Paused</strong>"))
            #expect(!page.text.contains("Next look"))
            #expect(!page.text.contains("Next full"))
        }
    }
}

@Suite struct `A synchronization that has stopped` {
    @Test func `says so on every page, with the step that mends it`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            let (browser, _) = try await console.connected(to: "Night shift", with: people)
            for token in console.org.tokens { try console.org.revokeToken(token.id) }
            _ = try await console.sync.run(.incremental, trigger: .schedule, requestedBy: nil)

            for path in ["/users", "/sites", "/administrators", "/events", "/settings/integrations"] {
                let page = try await browser.get(path)
                #expect(page.text.contains("Synchronization with Okta has stopped."), "\(path)")
                #expect(page.text.contains("href=\"/settings/integrations/okta/configuration#field-api-token\""))
            }
            let window = try await browser.get("/settings/integrations/okta")
            #expect(window.text.contains("Stopped</strong>"))
            #expect(window.text.contains("Okta does not accept the API token."))
            #expect(window.text.contains("#field-api-token"))
        }
    }

    @Test func `says so before anything else that waits`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 15) { $0.status == .active }
            let (browser, night) = try await console.connected(to: "Night shift", with: people)
            for person in people { try console.org.removeMember(person.id, from: night) }
            _ = try await console.sync.run(.full, trigger: .schedule, requestedBy: nil)
            for token in console.org.tokens { try console.org.revokeToken(token.id) }
            _ = try await console.sync.run(.full, trigger: .schedule, requestedBy: nil)

            let window = try await browser.get("/settings/integrations/okta").text

            let stopped = try #require(window.range(of: "Okta does not accept the API token.")).lowerBound
            let waiting = try #require(window.range(of: "A synchronization waits for your approval.")).lowerBound
            #expect(stopped < waiting)
        }
    }

    @Test func `says nothing any more once it goes on`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            let (browser, _) = try await console.connected(to: "Night shift", with: people)

            let page = try await browser.get("/users")

            #expect(!page.text.contains("Needs attention"))
        }
    }
}

@Suite struct `The tab Rate limits` {
    @Test func `says what was used in the last hour, and the share`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            let (browser, _) = try await console.connected(to: "Night shift", with: people)

            let page = try await browser.get("/settings/integrations/okta/rate-limits")

            #expect(page.text.contains("/api/v1/groups</span>"))
            #expect(page.text.contains("at most 50 %"))
            #expect(page.text.contains("--rate-share"))
        }
    }

    @Test func `says so where nothing was asked yet`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)

            let page = try await browser.get("/settings/integrations/okta/rate-limits")

            #expect(page.text.contains("No requests in the last hour"))
        }
    }
}

@Suite struct `The history of synchronizations` {
    @Test func `says of each what it read and did`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            let (browser, _) = try await console.connected(to: "Night shift", with: people)
            let run = try #require(try await console.store.syncRuns().first)

            let list = try await browser.get("/settings/integrations/okta/sync-runs")
            let page = try await browser.get("/settings/integrations/okta/sync-runs/\(run.id)")

            #expect(list.text.contains("Kept for 90 days."))
            #expect(list.text.contains("found nothing leaves no row"))
            #expect(list.text.contains(">Full<"))
            #expect(list.text.contains(">3\u{A0}added<"))
            for name in ["Mode", "Waited for rate limits", "Requests to Okta", "Memberships"] {
                #expect(page.text.contains(">\(name)</"), "\(name)")
            }
        }
    }

    @Test func `goes on over pages of fifty`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            let (browser, _) = try await console.connected(to: "Night shift", with: people)
            for _ in 0..<50 { _ = try await console.sync.run(.full, trigger: .manual, requestedBy: nil) }

            let first = try await browser.get("/settings/integrations/okta/sync-runs")
            let second = try await browser.get("/settings/integrations/okta/sync-runs?page=2")

            #expect(first.text.contains("1 to 50 of 51 synchronizations"))
            #expect(second.text.contains("51 to 51 of 51 synchronizations"))
            #expect(second.text.contains(">3\u{A0}added<"))
        }
    }

    @Test func `tells on a user's page when access came and went, and through which run`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            let (browser, night) = try await console.connected(to: "Night shift", with: people)
            try console.org.suspend(people[0].id)
            let suspension = try await console.sync.run(.full, trigger: .manual, requestedBy: nil)
            try console.org.removeMember(people[0].id, from: night)
            let removal = try await console.sync.run(.full, trigger: .manual, requestedBy: nil)

            let page = try await browser.get("/users/\(people[0].id)")
            let other = try await browser.get("/users/\(people[1].id)")

            #expect(page.text.contains("Joined <bdi>Night shift</bdi>"))
            #expect(page.text.contains("Left <bdi>Night shift</bdi>"))
            #expect(page.text.contains("ACTIVE → SUSPENDED"))
            for run in [suspension, removal] { #expect(page.text.contains("/sync-runs/\(run.id)\"")) }
            #expect(other.text.contains("Joined <bdi>Night shift</bdi>"))
            #expect(!other.text.contains("Left <bdi>"))
        }
    }
}
