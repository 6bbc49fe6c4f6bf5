import Access
import AsyncHTTPClient
import Directory
import Foundation
import Logging
import Okta
import OktaSimulator
import Storage
import Sync

/// A store and an engine, connected to a simulated org: Engineering with ana and ben, Sales with chloe; all three
/// groups' members may reach Berlin.
struct Acme: Sendable {
    let org: Org
    let store: Store
    let engine: SyncEngine
    let http: HTTPClient
    let ana: Org.Person.ID
    let ben: Org.Person.ID
    let chloe: Org.Person.ID
    let engineering: Org.Group.ID
    let sales: Org.Group.ID
    let berlin: Site.ID

    /// Runs `body` with everything up, and takes it all down.
    static func run(
        _ org: Org = Org(rateLimits: .none),
        crowd: Int = 0,
        choosing: Bool = true,
        _ body: (Acme) async throws -> Void
    ) async throws {
        try await withSimulator(org) { origin in
            let http = HTTPClient(configuration: OktaClient.httpConfiguration())
            let store = try await Store.open(at: ":memory:", organisation: "Acme", vault: .ephemeral())
            let result: Result<Void, any Error>
            do {
                let acme = try await Acme(org: org, origin: origin, store: store, http: http, crowd: crowd)
                if choosing { try await acme.choose(acme.engineering, acme.sales) }
                result = .success(try await body(acme))
            } catch {
                result = .failure(error)
            }
            await store.close()
            try await http.shutdown()
            try result.get()
        }
    }

    private init(org: Org, origin: String, store: Store, http: HTTPClient, crowd: Int) async throws {
        self.org = org
        self.store = store
        self.http = http
        engine = SyncEngine(store: store, http: http, logger: .silent)
        func person(_ name: String) throws -> Org.Person.ID {
            let profile = Org.Profile(firstName: name, lastName: "Example", login: "\(name)@acme.example")
            return try org.createPerson(profile, credentials: .password("Correct-horse-9")).id
        }
        ana = try person("ana")
        ben = try person("ben")
        chloe = try person("chloe")
        engineering = try org.createGroup("Engineering").id
        sales = try org.createGroup("Sales").id
        try org.addMember(ana, to: engineering)
        try org.addMember(ben, to: engineering)
        try org.addMember(chloe, to: sales)
        for number in 0..<crowd { try org.addMember(try person("crowd\(number)"), to: sales) }
        let integration = try org.integrateTimus(redirectURI: "http://127.0.0.1/user/external")
        try await store.enableOkta(
            OktaCredentials(
                domain: origin,
                issuer: origin,
                clientID: integration.clientID,
                clientSecret: Secret(integration.clientSecret),
                apiToken: Secret(integration.apiToken)
            ),
            by: .system
        )
        try await store.setSynchronization(true, by: .system)
        let range = try AddressRange("10.20.0.0/16")
        berlin = try await store.addSite(name: "Berlin", addressRange: range, by: .system).id
        try await store.setGrants([Grant(scope: .everyChosenGroup, site: berlin)], by: .system)
    }

    func choose(_ groups: Org.Group.ID...) async throws {
        try await engine.refreshCatalogue()
        try await store.chooseGroups(Set(groups.map { Group.ID($0.description) }), by: .system)
        org.requests.clear()
    }

    @discardableResult
    func sync(_ mode: SyncMode = .full) async throws -> SyncRun {
        try await engine.run(mode, trigger: .manual, requestedBy: nil)
    }

    /// What decides about a person, as it is kept now.
    func facts(_ person: Org.Person.ID) async throws -> AccessFacts? {
        try await store.accessFacts(for: User.ID(person.description))
    }

    func reachesBerlin(_ person: Org.Person.ID) async throws -> Bool {
        try await facts(person)?.decision(for: berlin).isAllowed ?? false
    }
}

extension Logger {
    static let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
}
