import AsyncHTTPClient
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Manager
import Notify
import Okta
import OktaEvents
import OktaSimulator
import SignIn
import Storage
import Sync

/// Manager in front of Acme's sample org on loopback, with nothing set up yet. rosa owns it, vera may only look.
struct ManagerConsole: Sendable {
    let org: Org
    let integration: Org.Integration
    let store: Store
    let sync: SyncEngine
    let events: EventInbox
    let client: any TestClientProtocol
    let http: HTTPClient

    /// - Parameter allowsLocal: Whether webhooks may be on this machine.
    static func open(
        allowsLocal: Bool = true,
        now: @escaping @Sendable () -> Date = { Date() },
        _ test: @escaping @Sendable (ManagerConsole) async throws -> Void
    ) async throws {
        let org = Org.acme(rateLimits: .none)
        let integration = try org.integrateTimus(
            redirectURI: Acme.publicURL + "/user/external",
            signOutRedirectURIs: [Acme.publicURL + "/signed-out"]
        )
        let http = HTTPClient(configuration: OktaClient.httpConfiguration())
        do {
            try await withSimulator(org) { _ in try await serve(org, integration, http, allowsLocal, now, test) }
        } catch {
            try await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }

    private static func serve(
        _ org: Org,
        _ integration: Org.Integration,
        _ http: HTTPClient,
        _ allowsLocal: Bool,
        _ now: @escaping @Sendable () -> Date,
        _ test: @escaping @Sendable (ManagerConsole) async throws -> Void
    ) async throws {
        let store = try await Store.open(at: ":memory:", organisation: nil, vault: .ephemeral(), now: now)
        let settings = WebSettings(publicURL: Acme.publicURL, allowLocalOkta: true)
        let logger = Logger(label: "test")
        let sync = SyncEngine(store: store, http: http, logger: logger)
        let messenger = Messenger(mailer: nil, http: http, publicURL: Acme.publicURL, allowsLocalWebhooks: allowsLocal)
        for (email, role) in [("rosa@acme.example", Administrator.Role.owner), ("vera@acme.example", .viewer)] {
            _ = try await store.addAdministrator(
                email: email,
                name: nil,
                role: role,
                password: nil,
                by: .commandLine("test")
            )
        }
        let events = EventInbox(store: store, logger: logger)
        let router = Router(context: WebContext.self)
        router.addWebMiddleware(store: store, settings: settings)
        SignInRoutes(store: store, settings: settings, http: http).add(to: router)
        ManagerRoutes(
            store: store,
            sync: sync,
            messenger: messenger,
            settings: settings,
            http: http,
            onEventHookRenewed: events.forgetHooks,
            logger: logger
        ).add(to: router)
        OktaEventsRoutes(inbox: events, engine: sync).add(to: router)
        try await Application(router: router).test(.router) { client in
            try await test(
                ManagerConsole(
                    org: org,
                    integration: integration,
                    store: store,
                    sync: sync,
                    events: events,
                    client: client,
                    http: http
                )
            )
        }
        await store.close()
    }

    /// A browser in which that administrator is signed in.
    func browser(as email: String = "rosa@acme.example") async throws -> Browser {
        guard let administrator = try await store.administrator(email: email) else { throw NoSuchAdministrator() }
        let opened = try await store.openSession(
            .administrator(administrator.id),
            kind: .manager,
            userAgent: nil,
            address: nil
        )
        let browser = Browser(client: client, http: http)
        browser.cookies = ["timus": opened.token.value]
        return browser
    }

    private struct NoSuchAdministrator: Error {}

    /// What is entered in the Okta Integration window.
    var values: [String: String] {
        [
            "client_id": integration.clientID, "client_secret": integration.clientSecret,
            "api_token": integration.apiToken, "okta_domain": org.origin,
        ]
    }

    func confirm(_ values: [String: String], in browser: Browser) async throws -> TestResponse {
        let csrf = try await browser.csrf(of: "/settings/integrations/okta/configuration")
        return try await browser.post(
            "/settings/integrations/okta/configuration",
            [("csrf", csrf)] + values.map { ($0.key, $0.value) }
        )
    }

    func prefer(_ fields: [(String, String)], in browser: Browser) async throws -> TestResponse {
        let csrf = try await browser.csrf(of: "/settings/integrations/okta/preferences")
        return try await browser.post("/settings/integrations/okta/preferences", [("csrf", csrf)] + fields)
    }

    /// An integration whose chosen group is a new one with these people, synchronized once.
    func connected(to group: String, with people: [Org.Person]) async throws -> (Browser, Org.Group.ID) {
        let browser = try await browser()
        let group = try org.createGroup(group).id
        try org.addMembers(people.map(\.id), to: group)
        _ = try await confirm(values, in: browser)
        _ = try await prefer(
            [("synchronization", "on"), ("remote_access", "on"), ("group[]", group.description)],
            in: browser
        )
        _ = try await sync.run(.full, trigger: .firstSync, requestedBy: nil)
        return (browser, group)
    }
}
