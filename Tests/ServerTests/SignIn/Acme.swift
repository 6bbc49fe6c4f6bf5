import Access
import AsyncHTTPClient
import Directory
import Foundation
import Hummingbird
import HummingbirdTesting
import OIDC
import OktaSimulator
import SignIn
import Storage
import Synchronization

/// Acme as the sign-in tests find it: an Okta org that listens on loopback, and our pages, connected to it.
///
/// ana is in *Engineering*, which is chosen and may reach Berlin. ben is in Okta and assigned to the app, but Timus has
/// never heard of him. rosa owns the organisation, and has no password until a test gives her one.
struct Acme: Sendable {
    let org: Org
    let store: Store
    let clock: MovedClock
    let app: Org.AppIntegration
    let client: any TestClientProtocol
    let http: HTTPClient
    let ana: Org.Person
    let ben: Org.Person
    let engineering: Directory.Group
    let berlin: Site

    static let password = "Wander-far-2026"
    static let publicURL = "http://127.0.0.1:8420"

    static func open(_ test: @escaping @Sendable (Acme) async throws -> Void) async throws {
        let clock = MovedClock()
        let org = Org(rateLimits: .none, now: clock.now)
        let http = HTTPClient(configuration: RelyingParty.httpConfiguration())
        do {
            try await withSimulator(org) { _ in
                try await serve(org: org, clock: clock, http: http, test)
            }
        } catch {
            try await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }

    private static func serve(
        org: Org,
        clock: MovedClock,
        http: HTTPClient,
        _ test: @escaping @Sendable (Acme) async throws -> Void
    ) async throws {
        let store = try await Store.open(at: ":memory:", vault: .ephemeral(), now: clock.now)
        let settings = WebSettings(publicURL: publicURL, allowLocalOkta: true)
        let router = Router(context: WebContext.self)
        router.addWebMiddleware(store: store, settings: settings)
        SignInRoutes(store: store, settings: settings, http: http).add(to: router)
        router.get("/") { request, context in
            "Manager, for \(try context.requireAdministrator(request).email)"
        }
        router.get("/whoami") { request, _ in
            try await connectUser(request, store).user.name
        }
        router.refuseOtherMethods()
        try await Application(router: router).test(.router) { client in
            let acme = try await populated(
                org: org,
                store: store,
                clock: clock,
                client: client,
                http: http,
                settings: settings
            )
            try await test(acme)
        }
        await store.close()
    }

    private static func populated(
        org: Org,
        store: Store,
        clock: MovedClock,
        client: any TestClientProtocol,
        http: HTTPClient,
        settings: WebSettings
    ) async throws -> Acme {
        let app = try org.createApp(
            Org.AppSettings(
                label: "Timus",
                signInRedirectURIs: [settings.redirectURI],
                signOutRedirectURIs: [settings.signOutRedirectURI]
            )
        )
        let ana = try org.createPerson(
            Org.Profile(firstName: "Ana", lastName: "Silva", login: "ana.silva@acme.example"),
            credentials: .password(password)
        )
        let ben = try org.createPerson(
            Org.Profile(firstName: "Ben", lastName: "Okoro", login: "ben.okoro@acme.example"),
            credentials: .password(password)
        )
        for person in [ana, ben] { try org.assign(person.id, to: app.id) }

        let rosa = try await store.addAdministrator(
            email: "rosa@acme.example",
            name: "Rosa",
            role: .owner,
            password: nil,
            by: .commandLine("test")
        )
        let by = Actor.administrator(rosa)
        try await store.enableOkta(
            OktaCredentials(
                domain: org.origin,
                issuer: org.origin,
                clientID: app.clientID,
                clientSecret: Secret(app.clientSecret),
                apiToken: Secret("none")
            ),
            by: by
        )
        let engineering = Directory.Group(id: "00gEngineering", name: "Engineering")
        try await store.setCatalogue([engineering], memberCounts: [:])
        try await store.chooseGroups([engineering.id], by: by)
        let range = try AddressRange("10.20.0.0/16")
        let berlin = try await store.addSite(name: "Berlin", addressRange: range, by: by)
        try await store.setGrants([Grant(scope: .group(engineering.id), site: berlin.id)], by: by)
        try await store.setRemoteAccess(true, by: by)
        let acme = Acme(
            org: org,
            store: store,
            clock: clock,
            app: app,
            client: client,
            http: http,
            ana: ana,
            ben: ben,
            engineering: engineering,
            berlin: berlin
        )
        try await acme.sync([acme.user(ana)])
        return acme
    }

    /// Takes over what Okta is said to say: these users, all in Engineering unless `outside`.
    func sync(_ users: [User], outside: Set<User.ID> = []) async throws {
        let members = Set(users.map(\.id)).subtracting(outside)
        let pulled = Snapshot(
            groups: [engineering.id: engineering],
            users: Dictionary(uniqueKeysWithValues: users.map { ($0.id, $0) }),
            members: [engineering.id: members]
        )
        guard let lease = try await store.acquireLease("sync", owner: "test", seconds: 60) else { return }
        var conclusion = Conclusion(
            run: SyncRun(mode: .full, trigger: .manual, requestedBy: nil, startedAt: store.now()),
            state: .succeeded
        )
        conclusion.changes = Changes(from: try await store.snapshot(), to: pulled)
        try await store.conclude(conclusion, lease: lease)
    }

    func user(_ person: Org.Person, status: User.Status = .active) -> User {
        User(
            id: User.ID(person.id.description),
            status: status,
            login: person.login,
            email: person.login,
            firstName: person.profile.firstName,
            lastName: person.profile.lastName
        )
    }

    func giveRosaPassword() async throws {
        guard let rosa = try await store.administrator(email: "rosa@acme.example") else { return }
        try await store.setPassword(of: rosa.id, to: Self.password, by: .system)
    }

    /// A browser in which nobody is signed in yet.
    func browser() -> Browser {
        Browser(client: client, http: http)
    }
}

/// A clock that stands still until it is moved.
final class MovedClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

    var now: @Sendable () -> Date {
        { self.time.withLock { $0 } }
    }

    func advance(_ seconds: TimeInterval) {
        time.withLock { $0 += seconds }
    }
}
