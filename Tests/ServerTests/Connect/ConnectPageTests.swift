import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@Suite struct `The page Timus Connect` {
    private static let path = "/settings/connect"

    @Test func `is reached from Settings, and says what each choice gives away`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            let settings = try await browser.get("/settings/integrations")
            let page = try await browser.get(Self.path)

            #expect(settings.text.contains("href=\"\(Self.path)\""))
            #expect(page.status == .ok)
            #expect(page.text.contains("learns the names of that person’s networks"))
            #expect(page.text.contains("A stranger learns nothing but the organisation’s name."))
        }
    }

    @Test func `saves the choice`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            let csrf = try await browser.csrf(of: Self.path)

            let answer = try await browser.post(Self.path, [("csrf", csrf), ("first_screen", "organisation")])

            #expect(answer.location == Self.path)
            let page = try await browser.get(Self.path)
            #expect(page.text.contains("Unknown devices show only the organisation’s name."))
            #expect(try await console.store.connectSettings().firstScreen == .organisation)
            #expect(try await console.store.events(EventQuery(limit: 1)).first?.actor == "rosa@acme.example")
        }
    }

    @Test(arguments: ["", "everything"])
    func `takes nothing else`(choice: String) async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            let csrf = try await browser.csrf(of: Self.path)

            let answer = try await browser.post(Self.path, [("csrf", csrf), ("first_screen", choice)])

            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("Choose what an unknown device shows"))
            #expect(try await console.store.connectSettings().firstScreen == .networks)
        }
    }

    @Test func `only shows it to a viewer`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser(as: "vera@acme.example")
            let page = try await browser.get(Self.path)
            let csrf = try await browser.csrf(of: Self.path)

            let answer = try await browser.post(Self.path, [("csrf", csrf), ("first_screen", "organisation")])

            #expect(page.text.contains("The networks of the address"))
            #expect(!page.text.contains("type=\"radio\""))
            #expect(answer.status == .forbidden)
            #expect(try await console.store.connectSettings().firstScreen == .networks)
        }
    }
}
