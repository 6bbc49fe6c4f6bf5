import AsyncHTTPClient
import Foundation
import Logging
import Notify
import Okta
import Storage
import Synchronization

/// An organisation with Okta enabled, whose owner is olga, and whose clock stands still until it is moved.
struct Acme: Sendable {
    static let refused = Problem(what: "Okta does not accept the API token.", remedy: "Create a new token.")
    static let publicURL = "https://timus.acme.example"

    let store: Store
    let clock: Clock

    static func open(named name: String = "Acme", _ body: (Acme) async throws -> Void) async throws {
        let clock = Clock()
        let store = try await Store.open(at: ":memory:", organisation: name, vault: .ephemeral(), now: { clock.now })
        _ = try await store.addAdministrator(
            email: "olga@acme.example",
            name: nil,
            role: .owner,
            password: nil,
            by: .system
        )
        _ = try await store.addAdministrator(
            email: "vera@acme.example",
            name: nil,
            role: .viewer,
            password: nil,
            by: .system
        )
        let credentials = OktaCredentials(
            domain: "acme.okta.com",
            issuer: "https://acme.okta.com",
            clientID: "0oaacme",
            clientSecret: Secret("the client secret"),
            apiToken: Secret("00acme")
        )
        try await store.enableOkta(credentials, by: .system)
        do {
            try await body(Acme(store: store, clock: clock))
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    /// Has notifications posted there; the secret that signs them.
    @discardableResult
    func setWebhook(_ url: String, mail: Bool = false) async throws -> Secret {
        var settings = try await store.notificationSettings()
        settings.isMailOn = mail
        settings.webhookURL = url
        try await store.setNotificationSettings(settings, by: .system)
        return try await store.webhook()?.secret ?? Secret("")
    }

    func messenger(_ http: HTTPClient, mailer: Mailer? = nil, allowsLocal: Bool = true) -> Messenger {
        Messenger(
            mailer: mailer,
            http: http,
            publicURL: Self.publicURL,
            allowsLocalWebhooks: allowsLocal,
            now: { clock.now }
        )
    }

    /// A clock that stands still until it is moved.
    final class Clock: Sendable {
        private let time = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

        var now: Date { time.withLock { $0 } }

        func advance(_ seconds: TimeInterval) { time.withLock { $0 += seconds } }
    }
}

/// Gives `body` a client that is shut down afterwards.
func withHTTP(_ body: (HTTPClient) async throws -> Void) async throws {
    let http = HTTPClient(configuration: OktaClient.httpConfiguration())
    do { try await body(http) } catch {
        try await http.shutdown()
        throw error
    }
    try await http.shutdown()
}

/// Gives `body` what sends mail through that server, and closes it afterwards.
func withMailer(_ server: MailServer, _ body: (Mailer) async throws -> Void) async throws {
    let mailer = Mailer(server)
    do { try await body(mailer) } catch {
        await mailer.close()
        throw error
    }
    await mailer.close()
}

extension Logger {
    static let quiet: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()
}
