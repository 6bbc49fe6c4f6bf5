import Access
import Directory
import HTTPTypes
import HummingbirdTesting
import OktaSimulator
import Storage
import Sync
import Testing

@Suite struct `A synchronization that would take much away` {
    @Test func `waits, says so on every page, and names who would leave`() async throws {
        try await ManagerConsole.open { console in
            let (browser, run) = try await console.heldRun()

            let users = try await browser.get("/users")
            let page = try await browser.get("/settings/integrations/okta/sync-runs/\(run)")

            #expect(users.text.contains("A synchronization with Okta waits for your approval."))
            #expect(page.text.contains("This waits for your approval"))
            #expect(page.text.contains("15 users would leave 15 memberships"))
            #expect(page.text.contains("/sync-runs/\(run)/approval"))
            #expect(try await console.store.userCounts()[.active] == 15)
        }
    }

    @Test func `is discarded, and nobody loses anything`() async throws {
        try await ManagerConsole.open { console in
            let (browser, run) = try await console.heldRun()
            let path = "/settings/integrations/okta/sync-runs/\(run)"
            let csrf = try await browser.csrf(of: path)

            let answer = try await browser.post(path + "/discard", [("csrf", csrf)])
            let again = try await browser.post(path + "/discard", [("csrf", csrf)])
            let page = try await browser.get(again.location)

            #expect(answer.location.hasPrefix("/settings/integrations/okta/preferences"))
            #expect(again.location == path)
            #expect(page.text.contains("This synchronization does not wait for approval."))
            #expect(try await console.store.userCounts()[.active] == 15)
        }
    }

    @Test func `is for an administrator to answer, not for a viewer`() async throws {
        try await ManagerConsole.open { console in
            let (_, run) = try await console.heldRun()
            let vera = try await console.browser(as: "vera@acme.example")
            let path = "/settings/integrations/okta/sync-runs/\(run)"

            let page = try await vera.get(path)
            let answer = try await vera.post(path + "/approval", [("csrf", try await vera.csrf(of: path))])

            #expect(page.text.contains("This waits for your approval"))
            #expect(!page.text.contains(">Approve<"))
            #expect(answer.status == .forbidden)
        }
    }
}

@Suite struct `An org of 5,000 groups` {
    @Test func `can be chosen whole, and shows a part`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)
            let groups = (1...5000).map {
                Directory.Group(id: Directory.Group.ID("00g\(String(1_000_000 + $0))abcdefghij"), name: "Group \($0)")
            }
            try await console.store.setCatalogue(groups, memberCounts: [:])

            let before = try await browser.get("/settings/integrations/okta")
            let answer = try await console.prefer(
                [("synchronization", "on"), ("remote_access", "on")] + groups.map { ("group[]", $0.id.rawValue) },
                in: browser
            )

            #expect(before.text.contains("0 of 5000 selected"))
            #expect(before.text.contains("200 of 5,000 further groups are shown"))
            #expect(answer.status == .seeOther)
            #expect(try await console.store.groups().count { $0.isChosen } == 5000)
        }
    }
}

extension ManagerConsole {
    /// Fifteen users in a chosen group, all of whom Okta then lists no more.
    fileprivate func heldRun() async throws -> (Browser, SyncRun.ID) {
        let people = org.people(limit: 15) { $0.status == .active }
        let (browser, night) = try await connected(to: "Night shift", with: people)
        for person in people { try org.removeMember(person.id, from: night) }
        let run = try await sync.run(.full, trigger: .schedule, requestedBy: nil)
        #expect(run.state == .held)
        return (browser, run.id)
    }
}
