import Access
import Directory
import Foundation
import Synchronization
import Testing

@testable import Storage

/// The organisation of these tests: three groups of which two are chosen, three people, two sites.
struct Acme {
    static let engineering = Group(id: "00gengineering", name: "Engineering")
    static let sales = Group(id: "00gsales", name: "Sales")
    static let everyone = Group(id: "00geveryone", name: "Everyone", kind: .builtIn)

    /// In Engineering.
    static let ana = User(
        id: "00uana",
        status: .active,
        login: "ana.silva@acme.example",
        email: "Ana.Silva@acme.example",
        firstName: "Ana",
        lastName: "Silva"
    )
    /// In Sales.
    static let ben = User(
        id: "00uben",
        status: .active,
        login: "ben@acme.example",
        email: "ben@acme.example",
        firstName: "Ben",
        lastName: "Öztürk"
    )
    /// In no group.
    static let cleo = User(id: "00ucleo", status: .active, login: "cleo@acme.example", email: "cleo@acme.example")

    static let operatorAtTheServer = Actor.commandLine("tests")

    let store: Store
    let clock: TestClock
    /// Granted to Engineering.
    let berlin: Site
    /// Granted to nobody.
    let lisbon: Site

    /// Okta as it is now.
    static func directory(
        _ users: [User] = [ana, ben, cleo],
        members: [Group.ID: Set<User.ID>] = [engineering.id: [ana.id], sales.id: [ben.id]]
    ) -> Snapshot {
        Snapshot(
            groups: Dictionary(uniqueKeysWithValues: [engineering, sales, everyone].map { ($0.id, $0) }),
            users: Dictionary(uniqueKeysWithValues: users.map { ($0.id, $0) }),
            members: members
        )
    }

    init(_ store: Store, clock: TestClock) async throws {
        self.store = store
        self.clock = clock
        let actor = Self.operatorAtTheServer
        berlin = try await store.addSite(name: "Berlin", addressRange: AddressRange("10.20.0.0/16"), by: actor)
        lisbon = try await store.addSite(name: "Lisbon", addressRange: AddressRange("10.30.0.0/16"), by: actor)
        try await store.enableOkta(
            OktaCredentials(
                domain: "acme.okta.com",
                issuer: "https://acme.okta.com",
                clientID: "0oaclient",
                clientSecret: Secret("client-secret"),
                apiToken: Secret("api-token")
            ),
            by: actor
        )
        try await store.setRemoteAccess(true, by: actor)
        try await store.setCatalogue([Self.engineering, Self.sales, Self.everyone], memberCounts: [:])
        try await store.chooseGroups([Self.engineering.id, Self.sales.id], by: actor)
        try await store.setGrants([Grant(scope: .group(Self.engineering.id), site: berlin.id)], by: actor)
        try await sync(Self.directory())
    }

    /// What a sync that pulled `directory` does.
    func sync(_ directory: Snapshot) async throws {
        let lease = try #require(try await store.acquireLease("sync", owner: "tests", seconds: 60))
        _ = try await store.apply(Changes(from: try await store.snapshot(), to: directory), lease: lease)
        try await store.releaseLease(lease)
    }

    func owner(email: String = "olga@acme.example") async throws -> Administrator {
        try await store.addAdministrator(
            email: email,
            name: nil,
            role: .owner,
            password: nil,
            by: Self.operatorAtTheServer
        )
    }

    func session(of user: User, kind: Session.Kind = .account) async throws -> (session: Session, token: Secret) {
        try await store.openSession(.user(user.id), kind: kind, userAgent: "Firefox", address: "192.0.2.7")
    }

    func device(of user: User, key: UInt8 = 1) async throws -> Device {
        try await store.enrolDevice(
            user: user.id,
            name: "laptop \(key)",
            publicKey: Self.publicKey(key),
            platform: "Linux"
        ).device
    }

    static func publicKey(_ number: UInt8) -> String {
        Data((0..<32).map { _ in number }).base64EncodedString()
    }

    func actions() async throws -> [String] {
        try await store.events(EventQuery(limit: 1000)).map(\.action)
    }
}

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_750_000_000_000)

    var now: Date { Date(milliseconds: milliseconds.withLock { $0 }) }

    func advance(seconds: Int) {
        milliseconds.withLock { $0 += Int64(seconds) * 1000 }
    }
}

/// Expects the error that `body` throws to be `expected`.
func expectRefusal(
    _ expected: StoreError,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("Nothing was thrown.", sourceLocation: sourceLocation)
    } catch {
        #expect(error as? StoreError == expected, sourceLocation: sourceLocation)
    }
}

/// Expects a ``StoreError/conflict(_:)`` whose sentence contains `words`.
func expectConflict(
    saying words: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("Nothing was thrown.", sourceLocation: sourceLocation)
    } catch {
        guard case .conflict(let sentence)? = error as? StoreError else {
            Issue.record("\(error) is no conflict.", sourceLocation: sourceLocation)
            return
        }
        #expect(sentence.contains(words), sourceLocation: sourceLocation)
    }
}
