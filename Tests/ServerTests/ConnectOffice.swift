import Access
import ConnectServer
import Crypto
import Directory
import Foundation
import GatewayServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import SignIn
import Storage

/// Acme's server as Timus Connect and the gateways see it, after the sign-in: the two APIs on a store, and no Okta.
///
/// ana is in *Engineering*, which may reach Berlin; ben is in *Sales*, which may reach Lisbon. Berlin has a gateway,
/// Lisbon has none.
struct ConnectOffice: Sendable {
    let store: Store
    let clock: MovedClock
    let client: any TestClientProtocol
    let berlin: Site
    let lisbon: Site
    let berlinGateway: (key: String, token: String)

    static let ana = User.ID("00uAna")
    static let ben = User.ID("00uBen")
    static let engineering = Directory.Group(id: "00gEngineering", name: "Engineering")
    static let sales = Directory.Group(id: "00gSales", name: "Sales")
    static let endpoint = "gateway.berlin.acme.example:51820"

    static func open(_ test: @escaping @Sendable (ConnectOffice) async throws -> Void) async throws {
        let clock = MovedClock()
        let store = try await Store.open(at: ":memory:", vault: .ephemeral(), now: clock.now)
        let settings = WebSettings(publicURL: Acme.publicURL)
        let router = Router(context: WebContext.self)
        router.addWebMiddleware(store: store, settings: settings)
        ConnectRoutes(store: store, settings: settings).add(to: router)
        GatewayRoutes(store: store).add(to: router)
        try await Application(router: router).test(.router) { client in
            let office = try await furnished(store, clock, client)
            try await test(office)
        }
        await store.close()
    }

    private static func furnished(
        _ store: Store,
        _ clock: MovedClock,
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
        let (gateway, token) = try await store.addGateway(
            site: berlin.id,
            name: "berlin-1",
            endpoint: endpoint,
            publicKey: Self.key(1),
            by: by
        )
        let office = ConnectOffice(
            store: store,
            clock: clock,
            client: client,
            berlin: berlin,
            lisbon: lisbon,
            berlinGateway: (gateway.publicKey, token.value)
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

    func peers(_ token: String?) async throws -> TestResponse {
        try await get("/gateway/v1/peers", as: token)
    }

    func get(_ path: String, as token: String?) async throws -> TestResponse {
        try await client.execute(uri: path, method: .get, headers: Self.headers(token))
    }

    func delete(_ path: String, as token: String?) async throws -> TestResponse {
        try await client.execute(uri: path, method: .delete, headers: Self.headers(token))
    }

    func post(_ path: String, _ message: [String: String], as token: String?) async throws -> TestResponse {
        let body = try JSONSerialization.data(withJSONObject: message)
        var headers = Self.headers(token)
        headers[.contentType] = "application/json"
        return try await client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(bytes: body))
    }

    private static func headers(_ token: String?) -> HTTPFields {
        token.map { [.authorization: "Bearer \($0)"] } ?? [:]
    }
}
