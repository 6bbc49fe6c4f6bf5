import AsyncHTTPClient
import Crypto
import Foundation
import Storage
import Testing

@testable import Notify

@Suite struct `A notification by webhook` {
    @Test func `is posted as JSON, and its signature proves body and time`() async throws {
        try await Receiver.open { receiver, http in
            try await Acme.open { acme in
                let secret = try await acme.setWebhook(receiver.origin + "/timus")
                try await acme.store.setIntegrationStatus(.stopped, problem: Acme.refused)
                let due = try await acme.store.takeDueNotifications(on: .webhook)

                try await acme.messenger(http).send(due[0], from: acme.store)

                let post = try #require(receiver.posts.first)
                #expect(post.path == "/timus")
                #expect(post.contentType == "application/json")
                #expect(
                    post.body == """
                        {"at":"2027-01-15T08:00:00Z","id":"\(due[0].id)","kind":"stopped","organisation":"Acme",\
                        "remedy":"Create a new token.","url":"https://timus.acme.example/settings/integrations/okta",\
                        "what":"Okta does not accept the API token."}
                        """
                )
                let code = HMAC<SHA256>.authenticationCode(
                    for: Data("1800000000.\(post.body)".utf8),
                    using: SymmetricKey(data: Data(secret.value.utf8))
                )
                let hexadecimal = code.map { String(format: "%02x", $0) }.joined()
                #expect(post.signature == "t=1800000000,v1=\(hexadecimal)")
            }
        }
    }

    @Test func `names the source that tries addresses`() async throws {
        try await Receiver.open { receiver, http in
            try await Acme.open { acme in
                try await acme.setWebhook(receiver.origin + "/timus")
                try await acme.store.recordEnumeration(from: "2001:db8:1:2", addresses: 51)
                let due = try await acme.store.takeDueNotifications(on: .webhook)

                try await acme.messenger(http).send(due[0], from: acme.store)

                let post = try #require(receiver.posts.first)
                #expect(post.body.contains("\"kind\":\"enumeration\""))
                #expect(post.body.contains("Somebody at 2001:db8:1:2 tried 51"))
                #expect(post.body.contains("\"url\":\"https://timus.acme.example/settings/connect\""))
            }
        }
    }

    /// The code is what `printf '1700000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef` prints.
    @Test func `is signed as others compute it`() {
        let signature = WebhookSender.signature(
            of: "{}",
            Secret("0123456789abcdef"),
            at: Date(timeIntervalSince1970: 1_700_000_000)
        )

        #expect(signature == "t=1700000000,v1=e4f8e2ecae2295b2ddb2f0b5584c8275e226c0ebe9b3b819e70156bb67122e3e")
    }

    @Test func `is not taken on with another status than 2xx, and follows no redirect`() async throws {
        try await Receiver.open { receiver, http in
            try await Acme.open { acme in
                try await acme.setWebhook(receiver.origin + "/timus")
                let test = Storage.Notification.test(on: .webhook, at: acme.clock.now)

                receiver.answers(500)
                await #expect(throws: NotifyError.webhookRefused(host: "127.0.0.1", status: 500)) {
                    try await acme.messenger(http).send(test, from: acme.store)
                }
                receiver.answers(307, location: receiver.origin + "/elsewhere")
                await #expect(throws: NotifyError.webhookRefused(host: "127.0.0.1", status: 307)) {
                    try await acme.messenger(http).send(test, from: acme.store)
                }

                #expect(receiver.posts.map(\.path) == ["/timus", "/timus"])
            }
        }
    }

    @Test func `is not posted where nobody is`() async throws {
        try await withHTTP { http in
            try await Acme.open { acme in
                try await acme.setWebhook("http://127.0.0.1:1/timus")

                await #expect(throws: NotifyError.webhookUnreachable(host: "127.0.0.1")) {
                    try await acme.messenger(http).send(.test(on: .webhook, at: acme.clock.now), from: acme.store)
                }
            }
        }
    }

    @Test func `does not reach into a private network, whatever was saved`() async throws {
        try await Receiver.open { receiver, http in
            try await Acme.open { acme in
                let test = Storage.Notification.test(on: .webhook, at: acme.clock.now)

                try await acme.setWebhook(receiver.origin + "/timus")
                await #expect(throws: NotifyError.webhookAddress(.notHTTPS)) {
                    try await acme.messenger(http, allowsLocal: false).send(test, from: acme.store)
                }
                try await acme.setWebhook(receiver.origin.replacing("http:", with: "https:") + "/timus")
                await #expect(throws: NotifyError.webhookPrivate(host: "127.0.0.1")) {
                    try await acme.messenger(http, allowsLocal: false).send(test, from: acme.store)
                }

                #expect(receiver.posts.isEmpty)
            }
        }
    }
}

@Suite struct `The address of a webhook` {
    @Test(arguments: [
        ("https://hooks.example.com", false), ("https://hooks.example.com:8443/a?b=c", false),
        ("http://127.0.0.1:9000/hook", true), ("http://localhost:9000", true), ("http://[::1]:9000/", true),
        ("https://10.0.0.7/hook", true),
    ])
    func `may be`(typed: String, allowingLocal: Bool) throws {
        #expect(try WebhookAddress(typed, allowingLocal: allowingLocal).url == typed)
    }

    @Test(
        arguments: [
            ("", .notURL), ("hooks.example.com", .notURL), ("https://", .notURL), ("https://a b", .notURL),
            ("https://hooks.example.com/\r\nX: y", .notURL), ("https://hooks.example.com/#part", .notURL),
            ("http://hooks.example.com", .notHTTPS), ("http://127.0.0.1:9000", .notHTTPS),
            ("file:///etc/passwd", .notURL), ("ftp://hooks.example.com", .notHTTPS),
            ("https://olga:secret@hooks.example.com", .userName), ("https://hooks.example.com@evil.example", .userName),
        ] as [(String, WebhookAddress.Problem)]
    )
    func `may not be`(typed: String, problem: WebhookAddress.Problem) {
        #expect(throws: problem) { try WebhookAddress(typed, allowingLocal: false) }
    }

    @Test func `may not be http elsewhere, also where this machine is allowed`() {
        #expect(throws: WebhookAddress.Problem.notHTTPS) {
            try WebhookAddress("http://hooks.example.com", allowingLocal: true)
        }
    }

    @Test(arguments: [
        "https://127.0.0.1/", "https://localhost/", "https://10.0.0.7/", "https://192.168.1.1/",
        "https://169.254.169.254/",
        "https://[::1]/", "https://[fd00::1]/", "https://[::ffff:10.0.0.7]/", "https://2130706433/", "https://0x7f.1/",
    ])
    func `may not lead into a private network`(typed: String) async throws {
        let address = try WebhookAddress(typed, allowingLocal: false)

        await #expect(throws: NotifyError.self) { try await address.verifyPublic() }
    }
}
