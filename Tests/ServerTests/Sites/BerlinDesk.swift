import Access
import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import OktaSimulator
import Storage

/// Manager with the site Berlin, which two users may reach, and a browser in which an administrator is signed in. The clock stands
/// until it is moved.
struct BerlinDesk: Sendable {
    let console: ManagerConsole
    let clock: MovedClock
    let browser: Browser
    let berlin: Site
    let ana: User.ID
    let ben: User.ID

    var store: Store { console.store }
    var path: String { "/sites/\(berlin.id)" }
    static let by = Actor.commandLine("test")

    static func open(
        as email: String = "rosa@acme.example",
        _ test: @escaping @Sendable (BerlinDesk) async throws -> Void
    ) async throws {
        let clock = MovedClock()
        try await ManagerConsole.open(now: clock.now) { console in
            let people = console.org.people(limit: 2) { $0.status == .active }
            let (_, group) = try await console.connected(to: "Platform", with: people)
            let range = try AddressRange("10.20.0.0/16")
            let berlin = try await console.store.addSite(name: "Berlin", addressRange: range, by: by)
            try await console.store.setGrants([Grant(scope: .group(.init(group.description)), site: berlin.id)], by: by)
            try await test(
                BerlinDesk(
                    console: console,
                    clock: clock,
                    browser: try await console.browser(as: email),
                    berlin: berlin,
                    ana: User.ID(people[0].id.description),
                    ben: User.ID(people[1].id.description)
                )
            )
        }
    }

    func page(_ part: String = "") async throws -> String {
        try await browser.get(path + part).text
    }

    func post(_ part: String, _ fields: [(String, String)] = []) async throws -> TestResponse {
        try await browser.post(path + part, [("csrf", try await browser.csrf(of: "/users"))] + fields)
    }

    /// A gateway that is enrolled.
    func gateway(_ name: String = "Berlin-1", key: UInt8 = 200) async throws -> Gateway {
        let (_, code) = try await store.addGateway(
            site: berlin.id,
            name: name,
            endpoint: "\(name.lowercased()).acme.example:51820",
            by: Self.by
        )
        return try await store.enrolGateway(code: code.value, publicKey: ConnectOffice.key(key)).gateway
    }

    /// A connection to Berlin from a device of the user's.
    func connection(of user: User.ID, key: UInt8) async throws -> Connection {
        let device = try await store.enrolDevice(
            user: user,
            name: "laptop \(key)",
            publicKey: ConnectOffice.key(key),
            platform: "linux"
        ).device
        let session = try await store.openSession(.user(user), kind: .connect, userAgent: nil, address: nil).session
        return try await store.openConnection(device: device.id, site: berlin.id, session: session.id)
    }

    func revision() async throws -> Int64 {
        try await store.siteRevisions()[berlin.id] ?? 0
    }

    func latestEvent() async throws -> Event? {
        try await store.events(EventQuery(limit: 1)).first
    }
}
