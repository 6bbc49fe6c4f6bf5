import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@Suite struct `The page Notifications` {
    private static let path = "/settings/notifications"

    @Test func `says how mail is turned on, and offers a webhook`() async throws {
        try await ManagerConsole.open { console in
            let page = try await console.browser().get(Self.path)

            #expect(page.status == .ok)
            #expect(page.text.contains("This server cannot send mail."))
            #expect(page.text.contains("--smtp-url"))
            #expect(page.text.contains("name=\"webhook_url\""))
            #expect(page.text.contains("No notification yet"))
        }
    }

    @Test func `is reached from Settings`() async throws {
        try await ManagerConsole.open { console in
            let page = try await console.browser().get("/settings/integrations")

            #expect(page.text.contains("href=\"\(Self.path)\""))
        }
    }

    @Test func `saves a webhook, and shows the secret that it made once`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()

            let answer = try await console.set([("webhook_url", "http://127.0.0.1:9/hook")], in: browser)
            let page = try await browser.get(Self.path)

            let secret = try #require(try await console.store.webhook()?.secret.value)
            #expect(answer.text.contains(secret))
            #expect(!page.text.contains(secret))
            #expect(page.text.contains("value=\"http://127.0.0.1:9/hook\""))
            #expect(page.text.contains("Leave empty to keep it."))

            let again = try await console.set([("webhook_url", "http://127.0.0.1:9/hook")], in: browser)
            #expect(again.status == .seeOther)
            #expect(try await console.store.webhook()?.secret.value == secret)

            let renewed = try await console.set(
                [("webhook_url", "http://127.0.0.1:9/hook"), ("action", "renew")],
                in: browser
            )
            let other = try #require(try await console.store.webhook()?.secret.value)
            #expect(other != secret && renewed.text.contains(other))
        }
    }

    @Test(arguments: [
        ("http://127.0.0.1:9/hook", "over https only"), ("https://127.0.0.1/hook", "private network"),
        ("https://10.0.0.7/hook", "private network"), ("https://[::1]/hook", "private network"),
        ("hooks.example.com", "no web address"), ("https://rosa:pw@hooks.example.com", "user name or a password"),
    ])
    func `takes no webhook on this machine or in a private network`(typed: String, words: String) async throws {
        try await ManagerConsole.open(allowsLocal: false) { console in
            let browser = try await console.browser()

            let answer = try await console.set([("webhook_url", typed)], in: browser)

            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains(words))
            #expect(answer.text.contains("value=\"\(typed)\""))
            #expect(try await console.store.webhook() == nil)
        }
    }

    @Test func `takes no secret that could be guessed`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()

            let answer = try await console.set(
                [("webhook_url", "http://127.0.0.1:9/hook"), ("webhook_secret", "short")],
                in: browser
            )

            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("16 to 256 characters"))
            #expect(!answer.text.contains("value=\"short\""))
            #expect(try await console.store.webhook() == nil)
        }
    }

    @Test func `sends a test, and says what came of it on each channel`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.set([("mail", "on"), ("webhook_url", "http://127.0.0.1:1/hook")], in: browser)

            let answer = try await browser.post(
                Self.path + "/tests",
                [("csrf", try await browser.csrf(of: Self.path))]
            )
            let page = try await browser.get(answer.location)

            #expect(answer.location == Self.path)
            #expect(page.text.contains("Mail: not sent. This server has no mail server."))
            #expect(page.text.contains("Webhook: not sent. 127.0.0.1 was not reached."))
        }
    }

    @Test func `lists what was told and what came of it`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)
            let problem = Storage.Problem(what: "Okta does not accept the API token.", remedy: "Create a new one.")
            try await console.store.setIntegrationStatus(.stopped, problem: problem)
            let waiting = try await browser.get(Self.path)
            let due = try await console.store.takeDueNotifications(on: .mail)
            try await console.store.markFailed(due[0].id, error: "The mail server was not reached.", retryAt: nil)

            let page = try await browser.get(Self.path)

            #expect(waiting.text.contains("Waiting"))
            #expect(page.text.contains("Okta does not accept the API token."))
            #expect(page.text.contains("Not sent"))
            #expect(page.text.contains("The mail server was not reached."))
        }
    }

    @Test func `shows a viewer how things are, and lets them change and send nothing`() async throws {
        try await ManagerConsole.open { console in
            let rosa = try await console.browser()
            _ = try await console.set([("webhook_url", "http://127.0.0.1:9/hook/a-secret-path")], in: rosa)
            let vera = try await console.browser(as: "vera@acme.example")
            let csrf = try await vera.csrf(of: Self.path)

            let page = try await vera.get(Self.path)
            let saved = try await vera.post(Self.path, [("csrf", csrf), ("mail", "on")])
            let sent = try await vera.post(Self.path + "/tests", [("csrf", csrf)])

            #expect(page.text.contains("http://127.0.0.1:9/…"))
            #expect(!page.text.contains("a-secret-path"))
            #expect(!page.text.contains("Send a test"))
            #expect(saved.status == .forbidden)
            #expect(sent.status == .forbidden)
            #expect(try await console.store.webhook() != nil)
        }
    }
}

extension ManagerConsole {
    fileprivate func set(_ fields: [(String, String)], in browser: Browser) async throws -> TestResponse {
        let csrf = try await browser.csrf(of: "/settings/notifications")
        return try await browser.post("/settings/notifications", [("csrf", csrf)] + fields)
    }
}
