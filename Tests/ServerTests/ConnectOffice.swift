import Access
import ConnectServer
import Crypto
import Directory
import Foundation
import GatewayServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import SignIn
import Storage

@testable import Tunnels

/// Acme's server as Timus Connect and the gateways see it, after the sign-in: the two APIs on a store, and no Okta.
///
/// ana is in *Engineering*, which may reach Berlin; ben is in *Sales*, which may reach Lisbon. Berlin has a gateway,
/// Lisbon has none.
struct ConnectOffice: Sendable {
    let store: Store
    let clock: MovedClock
    let client: any TestClientProtocol
    let watch: SiteWatch
    let berlin: Site
    let lisbon: Site
    let berlinGateway: (id: Gateway.ID, key: String, token: String)

    static let ana = User.ID("00uAna")
    static let ben = User.ID("00uBen")
    static let engineering = Directory.Group(id: "00gEngineering", name: "Engineering")
    static let sales = Directory.Group(id: "00gSales", name: "Sales")
    static let endpoint = "gateway.berlin.acme.example:51820"

    /// - Parameters:
    ///   - setup: `.live` where a test reads a stream, which needs a listening server.
    ///   - isWatched: Whether changes of sites are seen as they happen; always where the server listens.
    static func open(
        _ setup: TestingSetup = .router,
        isWatched: Bool = false,
        pace: StreamPace = StreamPace(),
        _ test: @escaping @Sendable (ConnectOffice) async throws -> Void
    ) async throws {
        let clock = MovedClock()
        let store = try await Store.open(at: ":memory:", vault: .ephemeral(), now: clock.now)
        let settings = WebSettings(publicURL: Acme.publicURL)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let watch = SiteWatch(store: store, logger: logger)
        let router = Router(context: WebContext.self)
        router.addWebMiddleware(store: store, settings: settings)
        ConnectRoutes(store: store, settings: settings, watch: watch).add(to: router)
        GatewayRoutes(store: store, watch: watch, pace: pace, logger: logger).add(to: router)
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            services: isWatched ? [watch] : [],
            logger: logger
        )
        try await application.test(setup) { client in
            let office = try await furnished(store, clock, watch, client)
            try await test(office)
        }
        await store.close()
    }

    private static func furnished(
        _ store: Store,
        _ clock: MovedClock,
        _ watch: SiteWatch,
        _ client: any TestClientProtocol
    ) async throws -> ConnectOffice {
        let by = Actor.commandLine("test")
        try await store.enableOkta(
            OktaCredentials(
                domain: "acme.okta.com",
                issuer: "https://acme.okta.com",
                clientID: "client",
                clientSecret: Secret("secret"),
                apiToken: Secret("token")
            ),
            by: by
        )
        try await store.setCatalogue([engineering, sales], memberCounts: [:])
        try await store.chooseGroups([engineering.id, sales.id], by: by)
        let berlin = try await store.addSite(name: "Berlin", addressRange: AddressRange("10.20.0.0/16"), by: by)
        let lisbon = try await store.addSite(name: "Lisbon", addressRange: AddressRange("10.30.0.0/16"), by: by)
        try await store.setGrants(
            [
                Grant(scope: .group(engineering.id), site: berlin.id),
                Grant(scope: .group(sales.id), site: lisbon.id),
            ],
            by: by
        )
        try await store.setRemoteAccess(true, by: by)
        let gateway = try await store.enrolledGateway("berlin-1", at: berlin.id, endpoint: endpoint, key: Self.key(1))
        let office = ConnectOffice(
            store: store,
            clock: clock,
            client: client,
            watch: watch,
            berlin: berlin,
            lisbon: lisbon,
            berlinGateway: (gateway.id, Self.key(1), gateway.token)
        )
        try await office.sync(.active)
        return office
    }

    /// Takes over what Okta is said to say: ana with this status, ben active.
    func sync(_ statusOfAna: User.Status, anaIsInEngineering: Bool = true) async throws {
        let users = [Self.user(Self.ana, "ana.silva", statusOfAna), Self.user(Self.ben, "ben.okoro", .active)]
        let pulled = Snapshot(
            groups: [Self.engineering.id: Self.engineering, Self.sales.id: Self.sales],
            users: Dictionary(uniqueKeysWithValues: users.map { ($0.id, $0) }),
            members: [Self.engineering.id: anaIsInEngineering ? [Self.ana] : [], Self.sales.id: [Self.ben]]
        )
        guard let lease = try await store.acquireLease("sync", owner: "test", seconds: 60) else { return }
        var conclusion = Conclusion(
            run: SyncRun(mode: .full, trigger: .manual, requestedBy: nil, startedAt: store.now()),
            state: .succeeded
        )
        conclusion.changes = Changes(from: try await store.snapshot(), to: pulled)
        try await store.conclude(conclusion, lease: lease)
    }

    private static func user(_ id: User.ID, _ name: String, _ status: User.Status) -> User {
        User(
            id: id,
            status: status,
            login: "\(name)@acme.example",
            email: "\(name)@acme.example",
            firstName: nil,
            lastName: nil
        )
    }

    /// The access token of a new sign-in.
    func token(of user: User.ID) async throws -> String {
        try await store.openSession(.user(user), kind: .connect, userAgent: "timus-connect", address: nil).token.value
    }

    /// A WireGuard public key, another one for each number.
    static func key(_ number: UInt8) -> String {
        Data(SHA256.hash(data: [number])).base64EncodedString()
    }

    /// Enrols a device, and gives its id.
    func device(_ token: String, key: UInt8 = 10) async throws -> String {
        try await post(
            "/connect/v1/devices",
            ["public_key": Self.key(key), "name": "ana-laptop", "platform": "linux"],
            as: token
        ).json("id") ?? ""
    }

    func connect(_ device: String, to site: Site.ID, as token: String) async throws -> TestResponse {
        try await post("/connect/v1/connections", ["device": device, "site": site.rawValue], as: token)
    }

    /// Enrols a device of that user, and gives the token by which it is known.
    func deviceToken(of user: User.ID = ana, key: UInt8 = 10) async throws -> String {
        try await post(
            "/connect/v1/devices",
            ["public_key": Self.key(key), "name": "laptop", "platform": "linux"],
            as: token(of: user)
        ).json("device_token") ?? ""
    }

    /// What Connect asks on its first screen.
    func networks(for email: String, deviceToken: String? = nil) async throws -> TestResponse {
        var message = ["email": email]
        message["device_token"] = deviceToken
        return try await post("/connect/v1/networks", message, as: nil)
    }

    /// The same for several addresses at once.
    func networks(forEachOf emails: [String]) async throws -> [TestResponse] {
        try await withThrowingTaskGroup(of: TestResponse.self) { group in
            for email in emails {
                group.addTask { try await networks(for: email) }
            }
            var answers: [TestResponse] = []
            for try await answer in group { answers.append(answer) }
            return answers
        }
    }

    func get(_ path: String, as token: String?) async throws -> TestResponse {
        try await client.execute(uri: path, method: .get, headers: Self.headers(token))
    }

    func delete(_ path: String, as token: String?) async throws -> TestResponse {
        try await client.execute(uri: path, method: .delete, headers: Self.headers(token))
    }

    func post(_ path: String, _ message: [String: String], as token: String?) async throws -> TestResponse {
        try await post(path, JSONSerialization.data(withJSONObject: message), as: token)
    }

    func post(_ path: String, _ body: Data, as token: String?) async throws -> TestResponse {
        var headers = Self.headers(token)
        headers[.contentType] = "application/json"
        return try await client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(bytes: body))
    }

    private static func headers(_ token: String?) -> HTTPFields {
        token.map { [.authorization: "Bearer \($0)"] } ?? [:]
    }
}

extension Store {
    /// A gateway with this key, and its token.
    func enrolledGateway(
        _ name: String,
        at site: Site.ID,
        endpoint: String = "192.0.2.9:51820",
        key: String
    ) async throws -> (id: Gateway.ID, token: String) {
        let (_, code) = try await addGateway(site: site, name: name, endpoint: endpoint, by: .commandLine("test"))
        let (gateway, _, token) = try await enrolGateway(code: code.value, publicKey: key)
        return (gateway.id, token.value)
    }
}
