import Access
import Crypto
import Directory
import Foundation
import Manager
import Okta
import OktaSimulator
import SignIn
import Storage
import Sync

/// Prepares the demo: an administrator, and unless it is to stay fresh, sites, the Okta integration, chosen groups and
/// a first synchronization, each done as a person would do it.
struct Demo: Sendable {
    static let administrator = Credentials(email: "admin@acme.example", password: "Timus-demo-2026!")

    let wiring: Wiring
    /// The origin of the Okta simulator.
    let okta: String
    let integration: Org.Integration

    func prepare(isFresh: Bool, people: [String]) async throws -> DemoGuide {
        if try await !wiring.store.hasAdministrators() {
            _ = try await wiring.store.addAdministrator(
                email: Self.administrator.email,
                name: "Demo administrator",
                role: .owner,
                password: Self.administrator.password,
                by: .shell
            )
        }
        if !isFresh { try await connect() }
        return DemoGuide(
            manager: wiring.settings.publicURL + "/",
            account: wiring.settings.publicURL + "/account",
            okta: okta,
            redirectUri: wiring.settings.redirectURI,
            administrator: Self.administrator,
            oktaAdministrator: .init(
                username: Org.sampleAdministratorUsername,
                password: Org.sampleAdministratorPassword
            ),
            oktaApiToken: integration.apiToken,
            oktaClientId: integration.clientID,
            oktaClientSecret: integration.clientSecret,
            users: people.map { Credentials(email: $0, password: Org.samplePassword) }
        )
    }

    private func connect() async throws {
        let store = wiring.store
        let connection = OktaConnection(
            store: store,
            settings: wiring.settings,
            http: wiring.http,
            logger: wiring.logger
        )
        let report = try await connection.connect(
            domain: okta,
            clientID: integration.clientID,
            clientSecret: integration.clientSecret,
            apiToken: integration.apiToken,
            by: .shell
        )
        if let failure = report.failures.first { throw Failure.said(failure.sentence, hint: failure.remedy) }
        if try await store.sites().isEmpty { try await addSites() }
        try await store.setSynchronization(true, by: .shell)
        try await synchronize()
    }

    /// The server is about to do the same by its clock: whoever comes first does it.
    private func synchronize() async throws {
        while try await wiring.store.oktaIntegration()?.lastSyncAt == nil {
            do throws(SyncError) {
                let run = try await wiring.sync.run(.full, trigger: .firstSync, requestedBy: nil)
                guard run.problem == nil else { return }
            } catch .alreadyRunning {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private func addSites() async throws {
        let store = wiring.store
        let berlin = try await addSite("Berlin", "10.20.0.0/16")
        let lisbon = try await addSite("Lisbon", "10.30.0.0/16")
        let tokyo = try await addSite("Tokyo", "10.40.0.0/16")
        let groups = try await store.groups()
        func group(_ name: String) throws -> Directory.Group.ID {
            guard let entry = groups.first(where: { $0.group.name == name }) else {
                throw Failure.said("The demo's org has no group \(name).", hint: nil)
            }
            return entry.group.id
        }
        let engineering = try group("Engineering")
        let sales = try group("Sales")
        let support = try group("Support")
        try await store.chooseGroups([engineering, sales, support], by: .shell)
        try await store.setGrants(
            [
                Grant(scope: .group(engineering), site: berlin),
                Grant(scope: .group(engineering), site: tokyo),
                Grant(scope: .everyChosenGroup, site: lisbon),
            ],
            by: .shell
        )
    }

    /// A site with a gateway whose private key nobody has: the configuration that Connect prints is whole, the tunnel
    /// leads nowhere.
    private func addSite(_ name: String, _ range: String) async throws -> Site.ID {
        let site = try await wiring.store.addSite(name: name, addressRange: try AddressRange(range), by: .shell)
        let (_, code) = try await wiring.store.addGateway(
            site: site.id,
            name: name,
            endpoint: "\(name.lowercased()).acme.example:51820",
            by: .shell
        )
        _ = try await wiring.store.enrolGateway(
            code: code.value,
            publicKey: Curve25519.KeyAgreement.PrivateKey().publicKey.rawRepresentation.base64EncodedString()
        )
        return site.id
    }
}

/// An e-mail and a password, for a demo only.
struct Credentials: Encodable, Sendable {
    let email: String
    let password: String
}

/// Where to go in the demo and with which credentials.
struct DemoGuide: Encodable, Sendable {
    struct OktaAdministrator: Encodable, Sendable {
        let username: String
        let password: String
    }

    let manager: String
    let account: String
    let okta: String
    let redirectUri: String
    let administrator: Credentials
    let oktaAdministrator: OktaAdministrator
    let oktaApiToken: String
    let oktaClientId: String
    let oktaClientSecret: String
    let users: [Credentials]

    /// The same for people.
    func lines(isFresh: Bool) -> [String] {
        var lines = [
            "",
            "Timus Manager   \(manager)",
            "                \(administrator.email)  \(administrator.password)",
            "Okta simulator  \(okta)",
            "                \(oktaAdministrator.username)  \(oktaAdministrator.password)",
            "Accounts        \(account)",
        ]
        lines += users.prefix(3).map { "                \($0.email)  \($0.password)" }
        lines += [
            "",
            isFresh
                ? "Nothing is connected yet. Start in Manager under Settings > Integrations > Okta > Enable."
                : "Suspend somebody in Okta under Directory > People, press Sync now in Manager, and see their access end.",
            "In another terminal: timus-connect sign-in --server \(manager) \(users.first?.email ?? "")",
            "Stop with Ctrl-C.",
        ]
        return lines
    }
}
