import HTTPTypes
import Testing

@testable import OktaSimulator

@Suite(.timeLimit(.minutes(1))) struct `Workflow and Reports in the admin console` {
    private static let path = "/admin/workflow/eventhooks"
    let world: ConsoleWorld

    init() throws { world = try ConsoleWorld() }

    private func asAdministrator(_ body: @Sendable @escaping (ConsoleBrowser) async throws -> Void) async throws {
        try await world.run { client in
            let browser = ConsoleBrowser(client)
            try await browser.signInAsAdministrator()
            try await body(browser)
        }
    }

    private func createHook(_ browser: ConsoleBrowser, uri: String) async throws -> ConsoleScreen {
        try await browser.submit(
            try await browser.open(Self.path + "/new"),
            Self.path + "/new",
            [
                "name": "Timus", "uri": uri, "authField": "Authorization", "authSecret": "Bearer secret",
                "headers": "X-Tenant: acme\n", "events": "user.lifecycle.suspend", "events": "group.lifecycle.create",
            ]
        )
    }

    @Test func `make an event hook and verify it`() async throws {
        try await HookReceiver.run([.status(404), .status(404)]) { receiver in
            try await asAdministrator { browser in
                let question = try await createHook(browser, uri: receiver.uri)
                #expect(question.contains("Verify Endpoint Ownership"))
                let hook = try #require(world.org.eventHooks.first)
                let refused = try await browser.submit(question, hook.path + "/verify")
                #expect(refused.status == .badRequest && refused.contains("HTTP status 404"))
                let verified = try await browser.submit(refused, hook.path + "/verify")
                #expect(verified.contains("The event hook Timus is verified."))
                let list = try await browser.open(Self.path)
                #expect(list.contains("Verified") && list.contains(receiver.uri))
            }
            let settings = try #require(world.org.eventHooks.first?.settings)
            #expect(settings.events == ["user.lifecycle.suspend", "group.lifecycle.create"])
            #expect(settings.authentication == .init(name: "Authorization", value: "Bearer secret"))
            #expect(settings.headers == [.init(name: "X-Tenant", value: "acme")])
        }
    }

    @Test func `take a hook out of use, and away`() async throws {
        try await asAdministrator { browser in
            _ = try await createHook(browser, uri: "https://timus.example/hook")
            let hook = try #require(world.org.eventHooks.first)
            let page = try await browser.open(hook.path)
            #expect(!page.contains("Bearer secret"))
            let inactive = try await browser.submit(page, hook.path + "/deactivate")
            #expect(world.org.eventHook(hook.id)?.isActive == false)
            let active = try await browser.submit(inactive, hook.path + "/activate")
            #expect(world.org.eventHook(hook.id)?.isActive == true)
            let again = try await browser.submit(active, hook.path + "/deactivate")
            let list = try await browser.submit(again, hook.path + "/delete")
            #expect(list.contains("There are no event hooks yet."))
        }
    }

    @Test func `say at the field what a hook lacks, and tick all events on demand`() async throws {
        try await asAdministrator { browser in
            let wrong = try await createHook(browser, uri: "http://timus.example/hook")
            #expect(wrong.status == .badRequest && wrong.contains("must be an https address"))
            #expect(wrong.value(ofInput: "field-name") == "Timus")
            let all = try await browser.submit(wrong, Self.path + "/new", ["name": "All", "all": "on"])
            #expect(all.text.matches(of: #/type="checkbox"[^>]* checked/#).count == Org.EventType.forHooks.count)
        }
        #expect(world.org.eventHooks.isEmpty)
    }

    @Test func `show the last deliveries`() async throws {
        try await HookReceiver.run([.status(410)]) { receiver in
            let hook = try world.org.addHook(receiver)
            try await withSimulator(world.org) { _ in
                try world.org.createGroup("Berlin")
                _ = await world.org.attempts(1)
            }
            world.org.origin = "http://127.0.0.1:8081"
            try await asAdministrator { browser in
                let page = try await browser.open(hook.path)
                #expect(page.contains("HTTP 410") && page.contains("<code>group.lifecycle.create</code>"))
            }
        }
    }

    @Test func `show the System Log, the newest first, in pages, and search it`() async throws {
        for number in 0..<60 { try world.org.createGroup("Group \(number)") }
        try await asAdministrator { browser in
            let first = try await browser.open("/admin/reports/log")
            let found = try await browser.open("/admin/reports/log?search=group%2017")
            let next = try #require(first.text.firstMatch(of: #/<a href="([^"]*)" rel="next"/#)?.output.1)
            let second = try await browser.open(String(next))

            #expect(first.contains("Group 59") && !first.contains("Group 5 "))
            #expect(second.contains("Group 5 ") && !second.contains("Group 59"))
            #expect(found.contains("Group 17") && !found.contains("Group 18"))
        }
    }

    @Test func `are read by a read-only administrator, who changes nothing`() async throws {
        let ana = try world.addPerson("Ana", "Silva")
        try world.org.setRole(.readOnlyAdmin, of: ana.id)
        try await world.run { client in
            let browser = ConsoleBrowser(client)
            _ = try await browser.signIn("ana@acme.example", ConsoleWorld.password)
            let list = try await browser.open(Self.path)
            let refused = try await createHook(browser, uri: "https://timus.example/hook")

            #expect(list.status == .ok && refused.status == .forbidden)
        }
        #expect(world.org.eventHooks.isEmpty)
    }
}
