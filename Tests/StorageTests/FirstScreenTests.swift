import Access
import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `The first screen` {
    @Test(arguments: Backend.all)
    func `has the networks of an address, in any spelling of it`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            for email in ["Ana.Silva@acme.example", " ana.silva@ACME.example\n"] {
                let screen = try await acme.store.firstScreen(of: email, deviceToken: nil)

                #expect(screen.user == Acme.ana.id)
                #expect(screen.networks == ["Berlin"])
                #expect(screen.sites == ["Berlin", "Lisbon"])
                #expect(!screen.isKnownDevice)
            }
        }
    }

    @Test(arguments: Backend.all)
    func `has them in either of Unicode's normal forms`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let zoë = User(
                id: "00uzoe",
                status: .active,
                login: "zo\u{EB}@acme.example",
                email: "zoe\u{308}@acme.example"
            )
            try await acme.sync(Acme.directory([zoë], members: [Acme.engineering.id: [zoë.id]]))

            for email in ["zo\u{EB}@acme.example", "zoe\u{308}@acme.example", "ZO\u{CB}@acme.example"] {
                #expect(try await acme.store.firstScreen(of: email, deviceToken: nil).networks == ["Berlin"])
            }
        }
    }

    @Test(arguments: Backend.all)
    func `has nothing where nobody may be told of`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let double = User(id: "00udouble", status: .active, login: "double@acme.example", email: Acme.ana.email)
            try await acme.store.ban(Acme.ben.id, by: Acme.operatorAtTheServer)
            try await acme.sync(
                Acme.directory(
                    [Acme.ana, Acme.ben, Acme.cleo, double],
                    members: [Acme.engineering.id: [Acme.ana.id, double.id], Acme.sales.id: [Acme.ben.id]]
                )
            )
            let unknown = try await acme.store.firstScreen(of: "nobody@acme.example", deviceToken: nil)

            // Two have the first; the second is banned, the third is in no group.
            for email in ["ana.silva@acme.example", "ben@acme.example", "cleo@acme.example", "", "'; DROP TABLE users"]
            {
                #expect(try await acme.store.firstScreen(of: email, deviceToken: nil) == unknown)
            }
            #expect(unknown.user == nil)
            #expect(unknown.networks.isEmpty)
        }
    }

    @Test(arguments: Backend.all)
    func `shows the organisation's name alone where that is chosen, and says who chose it`(
        backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            #expect(try await acme.store.connectSettings().firstScreen == .networks)

            try await acme.store.setFirstScreen(.organisation, by: Acme.operatorAtTheServer)
            try await acme.store.setFirstScreen(.organisation, by: Acme.operatorAtTheServer)

            let ana = try await acme.store.firstScreen(of: "ana.silva@acme.example", deviceToken: nil)
            let nobody = try await acme.store.firstScreen(of: "nobody@acme.example", deviceToken: nil)
            #expect(ana == nobody)
            #expect(ana.networks.isEmpty)
            #expect(try await acme.store.connectSettings().setBy == "command line (tests)")
            let events = try await acme.store.events(EventQuery(actionPrefix: "connect."))
            #expect(events.map(\.action) == ["connect.first-screen-set"])
            #expect(events.first?.old == "networks")
            #expect(events.first?.new == "organisation")
        }
    }

    @Test(arguments: Backend.all, ConnectSettings.FirstScreen.allCases)
    func `has the user's networks on a device of theirs, whatever is chosen`(
        backend: Backend,
        choice: ConnectSettings.FirstScreen
    ) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.setFirstScreen(choice, by: Acme.operatorAtTheServer)
            let token = try await acme.enrolment(of: Acme.ana).token

            let known = try await acme.store.firstScreen(of: "ana.silva@acme.example", deviceToken: token.value)

            #expect(known.isKnownDevice)
            #expect(known.networks == ["Berlin"])
        }
    }

    enum Stranger: CaseIterable {
        case anotherUsersDevice, removedDevice, olderToken, suspended, banned, outOfTheGroup, noToken, wrongToken
    }

    @Test(arguments: Backend.all, Stranger.allCases)
    func `has nothing for a device that is not, or no longer, the user's`(
        backend: Backend,
        stranger: Stranger
    ) async throws {
        try await withAcme(on: backend) { acme in
            let by = Acme.operatorAtTheServer
            try await acme.store.setFirstScreen(.organisation, by: by)
            let unknown = try await acme.store.firstScreen(of: "nobody@acme.example", deviceToken: nil)
            let (device, token) = try await acme.enrolment(of: Acme.ana)
            var shown: String? = token.value
            switch stranger {
            case .anotherUsersDevice: shown = try await acme.enrolment(of: Acme.ben, key: 2).token.value
            case .removedDevice: try await acme.store.removeDevice(device.id, by: by)
            case .olderToken: _ = try await acme.enrolment(of: Acme.ana)
            case .suspended:
                var ana = Acme.ana
                ana.status = .suspended
                try await acme.sync(Acme.directory([ana, Acme.ben, Acme.cleo]))
            case .banned: try await acme.store.ban(Acme.ana.id, by: by)
            case .outOfTheGroup:
                try await acme.sync(Acme.directory(members: [Acme.engineering.id: [], Acme.sales.id: [Acme.ben.id]]))
            case .noToken: shown = nil
            case .wrongToken: shown = String(token.value.reversed())
            }

            let ana = try await acme.store.firstScreen(of: "ana.silva@acme.example", deviceToken: shown)

            #expect(ana == unknown)
        }
    }

    @Test(arguments: Backend.all)
    func `keeps no token, only its hash`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let token = try await acme.enrolment(of: Acme.ana).token

            let kept = try await acme.store.read { (transaction) throws(StoreError) in
                try transaction.row("SELECT token_hash FROM device")?.text("token_hash")
            }

            #expect(token.value.utf8.count == 43)
            #expect(kept == Token.digest(token.value))
        }
    }
}

@Suite struct `Somebody who tries many addresses` {
    @Test(arguments: Backend.all)
    func `is told of once in an hour`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.recordEnumeration(from: "192.0.2.7", addresses: 51)
            acme.clock.advance(seconds: 3599)
            try await acme.store.recordEnumeration(from: "192.0.2.7", addresses: 51)
            #expect(try await acme.enumerations().events == ["192.0.2.7"])

            acme.clock.advance(seconds: 1)
            try await acme.store.recordEnumeration(from: "192.0.2.7", addresses: 51)

            let told = try await acme.enumerations()
            #expect(told.events == ["192.0.2.7", "192.0.2.7"])
            #expect(told.notifications.count == 2)
            let notification = try #require(told.notifications.first)
            #expect(notification.kind == .enumeration)
            #expect(notification.what.contains("192.0.2.7 tried 51 different e-mail addresses"))
            #expect(notification.remedy.contains("Settings > Timus Connect"))
        }
    }

    @Test(arguments: Backend.all)
    func `from many sources fills the events and no mailbox`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            for number in 1...15 {
                try await acme.store.recordEnumeration(from: "192.0.2.\(number)", addresses: 51)
            }

            let told = try await acme.enumerations()

            #expect(told.events.count == 15)
            #expect(told.notifications.count == 10)
        }
    }

    @Test(arguments: Backend.all)
    func `hides no stop of the synchronization`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let refused = Problem(what: "Okta rejects the API token.", remedy: "Create another one.")
            try await acme.store.setIntegrationStatus(.stopped, problem: refused)
            acme.clock.advance(seconds: 60)
            try await acme.store.recordEnumeration(from: "192.0.2.7", addresses: 51)
            acme.clock.advance(seconds: 60)
            try await acme.store.setIntegrationStatus(.warning, problem: refused)
            try await acme.store.setIntegrationStatus(.stopped, problem: refused)
            acme.clock.advance(seconds: 60)
            try await acme.store.setIntegrationStatus(.active, problem: nil)

            let kinds = try await acme.store.notifications().map(\.kind)

            #expect(kinds == [.recovered, .enumeration, .stopped])
        }
    }
}

extension Acme {
    fileprivate func enrolment(of user: User, key: UInt8 = 1) async throws -> (device: Device, token: Secret) {
        try await store.enrolDevice(user: user.id, name: "laptop", publicKey: Self.publicKey(key), platform: "Linux")
    }

    fileprivate func enumerations() async throws -> (events: [String], notifications: [Storage.Notification]) {
        (
            try await store.events(EventQuery(actionPrefix: "connect.addresses-tried")).map(\.subject),
            try await store.notifications(limit: 100)
        )
    }
}
