import Access
import Directory
import HTTPTypes
import HummingbirdTesting
import OktaSimulator
import Storage
import Testing

@Suite struct `An administrator ends on a user's page` {
    @Test func `one session, and the others stay`() async throws {
        try await ManagerConsole.withUsers { desk in
            let ended = try await desk.session(of: desk.ana, .connect)
            let kept = try await desk.session(of: desk.ana, .account)

            let page = try await desk.page(of: desk.ana)
            let answer = try await desk.post("sessions/\(ended.id)/end", of: desk.ana)

            #expect(page.contains("Timus Connect: ends after 30 days without use, and after 90 days in any case."))
            #expect(page.contains("Accounts: ends after 8 hours without use, and after 24 hours in any case."))
            #expect(page.contains("Sign out everywhere"))
            #expect(answer.status == .seeOther)
            #expect(answer.location == "/users/\(desk.ana)#sessions")
            #expect(try await desk.page(of: desk.ana).contains("was signed out of Timus Connect."))
            #expect(try await desk.store.sessions(of: .user(desk.ana)).map(\.id) == [kept.id])
            let event = try #require(try await desk.store.events(EventQuery(limit: 1)).first)
            #expect(event.action == "session.ended")
            #expect(event.actor == "rosa@acme.example")
            #expect(event.new == "Signed out by an administrator.")
        }
    }

    @Test func `all sessions`() async throws {
        try await ManagerConsole.withUsers { desk in
            for kind in [Session.Kind.account, .connect] { _ = try await desk.session(of: desk.ana, kind) }
            let bens = try await desk.session(of: desk.ben, .account)

            _ = try await desk.post("sessions/end", of: desk.ana)

            let page = try await desk.page(of: desk.ana)
            #expect(page.contains("was signed out everywhere: 2 sessions, 0 connections."))
            #expect(page.contains("Signed in nowhere."))
            #expect(try await desk.store.sessions(of: .user(desk.ben)).map(\.id) == [bens.id])
        }
    }

    @Test func `a connection, and the device stays`() async throws {
        try await ManagerConsole.withUsers { desk in
            let device = try await desk.device(of: desk.ana)
            let connection = try await desk.connection(of: device)
            #expect(try await desk.page(of: desk.ana).contains("Drop connection"))

            let answer = try await desk.post("connections/\(connection.id)/drop", of: desk.ana)

            #expect(answer.status == .seeOther)
            #expect(try await desk.page(of: desk.ana).contains("Connected to no site."))
            #expect(try await desk.store.connection(connection.id)?.closedBecause == "Dropped by an administrator.")
            #expect(try await desk.store.devices(of: desk.ana).map(\.id) == [device])
            let event = try #require(try await desk.store.events(EventQuery(limit: 1)).first)
            #expect(event.action == "connection.dropped")
            #expect(event.old == "\(connection.address) to Berlin")
        }
    }

    @Test func `nothing of a removed site, whose cut is still there by its name`() async throws {
        try await ManagerConsole.withUsers { desk in
            let connection = try await desk.connection(of: try await desk.device(of: desk.ana))
            try await desk.store.removeSite(connection.site, by: .commandLine("test"))

            let page = try await desk.page(of: desk.ana)

            #expect(page.contains("<bdi>Berlin</bdi> (removed)"))
            #expect(page.contains("The site was removed."))
        }
    }

    @Test func `a device with its connections`() async throws {
        try await ManagerConsole.withUsers { desk in
            let device = try await desk.device(of: desk.ana)
            _ = try await desk.connection(of: device)

            _ = try await desk.post("devices/\(device)/remove", of: desk.ana)

            let page = try await desk.page(of: desk.ana)
            #expect(page.contains("No device is enrolled."))
            #expect(try await desk.store.openConnections(of: desk.ana).isEmpty)
        }
    }

    @Test func `nothing that is another user's`() async throws {
        try await ManagerConsole.withUsers { desk in
            let session = try await desk.session(of: desk.ben, .account)
            let device = try await desk.device(of: desk.ben)
            let connection = try await desk.connection(of: device)

            for path in [
                "sessions/\(session.id)/end", "connections/\(connection.id)/drop", "devices/\(device)/remove",
                "sessions/guess/end", "connections/guess/drop", "devices/guess/remove",
            ] {
                #expect(try await desk.post(path, of: desk.ana).status == .notFound)
            }
            #expect(try await desk.post("sessions/end", of: "00unobody").status == .notFound)
            #expect(try await desk.store.sessions(of: .user(desk.ben)).map(\.kind).contains(.account))
            #expect(try await desk.store.openConnections(of: desk.ben).count == 1)
        }
    }

    @Test func `nothing as a viewer, who sees it all`() async throws {
        try await ManagerConsole.withUsers(as: "vera@acme.example") { desk in
            let session = try await desk.session(of: desk.ana, .connect)
            let device = try await desk.device(of: desk.ana)
            let connection = try await desk.connection(of: device)

            let page = try await desk.page(of: desk.ana)
            #expect(page.contains("Timus Connect") && page.contains(connection.address))
            for word in ["Sign out everywhere", "Drop connection", ">Remove", "Ban user"] {
                #expect(!page.contains(word))
            }
            for path in [
                "sessions/\(session.id)/end", "sessions/end", "connections/\(connection.id)/drop",
                "devices/\(device)/remove",
            ] {
                #expect(try await desk.post(path, of: desk.ana).status == .forbidden)
            }
            #expect(try await desk.store.sessions(of: .user(desk.ana)).map(\.id).contains(session.id))
            #expect(try await desk.store.openConnections(of: desk.ana).count == 1)
        }
    }
}

/// Manager with two users who may reach Berlin, and a browser in which somebody is signed in.
private struct Desk: Sendable {
    let store: Store
    let browser: Browser
    let ana: User.ID
    let ben: User.ID
    let berlin: Site.ID

    func session(of user: User.ID, _ kind: Session.Kind) async throws -> Session {
        try await store.openSession(.user(user), kind: kind, userAgent: "timus-connect", address: "192.0.2.7").session
    }

    func device(of user: User.ID) async throws -> Device.ID {
        try await store.enrolDevice(
            user: user,
            name: "laptop",
            publicKey: ConnectOffice.key(user == ana ? 1 : 2),
            platform: "linux"
        ).device.id
    }

    /// The device's connection to Berlin, in a sign-in of its own.
    func connection(of device: Device.ID) async throws -> Connection {
        let user = try #require(try await store.device(device)).user
        let session = try await session(of: user, .connect)
        return try await store.openConnection(device: device, site: berlin, session: session.id)
    }

    func page(of user: User.ID) async throws -> String {
        try await browser.get("/users/\(user)").text
    }

    func post(_ path: String, of user: User.ID) async throws -> TestResponse {
        let csrf = try await browser.csrf(of: "/users")
        return try await browser.post("/users/\(user)/\(path)", [("csrf", csrf)])
    }
}

extension ManagerConsole {
    fileprivate static func withUsers(
        as email: String = "rosa@acme.example",
        _ test: @escaping @Sendable (Desk) async throws -> Void
    ) async throws {
        try await open { console in
            let people = console.org.people(limit: 2) { $0.status == .active }
            let (_, group) = try await console.connected(to: "Platform", with: people)
            let by = Actor.commandLine("test")
            let berlin = try await console.store.addSite(
                name: "Berlin",
                addressRange: AddressRange("10.20.0.0/16"),
                by: by
            )
            try await console.store.setGrants(
                [Grant(scope: .group(.init(group.description)), site: berlin.id)],
                by: by
            )
            let ids = people.map { User.ID($0.id.description) }
            try await test(
                Desk(
                    store: console.store,
                    browser: try await console.browser(as: email),
                    ana: ids[0],
                    ben: ids[1],
                    berlin: berlin.id
                )
            )
        }
    }
}
