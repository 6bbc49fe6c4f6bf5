import Access
import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `A cut` {
    @Test(arguments: Backend.allCases)
    func `is complete when every enrolled gateway of the site has answered`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (one, _) = try await acme.gateway()
            let (two, _) = try await acme.gateway(name: "berlin-2", key: 201)
            _ = try await acme.gateway(at: acme.lisbon, name: "lisbon-1", key: 202)
            _ = try await acme.store.addGateway(
                site: acme.berlin.id,
                name: "berlin-3",
                endpoint: "b:1",
                by: Acme.operatorAtTheServer
            )
            let laptop = try await acme.device(of: Acme.ana)
            let connection = try await acme.open(laptop, to: acme.berlin.id)
            let opened = try await acme.revisionOfBerlin()
            try await acme.store.ban(Acme.ana.id, by: Acme.operatorAtTheServer)
            let closed = try await acme.revisionOfBerlin()

            acme.clock.advance(seconds: 1)
            try await acme.store.acknowledge(opened, by: one)
            let waiting = try #require(try await acme.store.recentCuts(at: acme.berlin.id).first)
            try await acme.store.acknowledge(closed, by: one)
            let half = try #require(try await acme.store.recentCuts(of: Acme.ana.id).first)
            acme.clock.advance(seconds: 1)
            try await acme.store.acknowledge(closed, by: two)
            let done = try #require(try await acme.store.recentCuts().first)

            #expect(waiting.gateways.map(\.name) == ["berlin-1", "berlin-2"])
            #expect(waiting.gateways.allSatisfy { $0.acknowledgedAt == nil } && waiting.lastAcknowledgedAt == nil)
            #expect(half.gateways.map { $0.acknowledgedAt != nil } == [true, false] && !half.isComplete)
            #expect(done.isComplete && done.lastAcknowledgedAt == acme.clock.now)
            #expect(done.connection.id == connection.id && done.login == Acme.ana.login && done.device == laptop.name)
            #expect(done.because == "Banned by command line (tests).")
            #expect(done.leaseEndsAt == done.closedAt.addingTimeInterval(300))
            #expect(try await acme.store.recentCuts(at: acme.lisbon.id).isEmpty)
            #expect(try await acme.store.recentCuts(of: Acme.ben.id).isEmpty)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is answered for what the site has had, and never less`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (gateway, _) = try await acme.gateway()
            let revision = try await acme.revisionOfBerlin()
            try await acme.store.acknowledge(revision, by: gateway)
            try await acme.store.acknowledge(0, by: gateway)

            #expect(try await acme.store.gateway(gateway.id)?.acknowledgedRevision == revision)
            await expectConflict(saying: "has not had the revision") {
                try await acme.store.acknowledge(revision + 1, by: gateway)
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `is not answered by another gateway or by a machine enrolled since`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (old, _) = try await acme.gateway()
            let (lisbon, _) = try await acme.gateway(at: acme.lisbon, name: "lisbon-1", key: 202)
            let connection = try await acme.open(try await acme.device(of: Acme.ana), to: acme.berlin.id)
            try await acme.store.closeConnection(connection.id, because: "Done.", byUser: true)
            try await acme.store.acknowledge(try await acme.store.siteRevisions()[acme.lisbon.id] ?? 0, by: lisbon)

            let code = try await acme.store.renewCode(ofGateway: old.id, by: Acme.operatorAtTheServer)
            acme.clock.advance(seconds: 1)
            let (new, _, _) = try await acme.store.enrolGateway(code: code.value, publicKey: Acme.publicKey(203))
            try await acme.store.acknowledge(try await acme.revisionOfBerlin(), by: new)

            let cut = try #require(try await acme.store.recentCuts().first)
            #expect(!cut.isComplete && cut.gateways.map(\.title) == ["berlin-1 (replaced)"])
            #expect(try await acme.store.connection(connection.id)?.isClosedByUser == true)
            await expectRefusal(.notFound("There is no such gateway.")) { try await acme.store.acknowledge(0, by: old) }
        }
    }

    @Test(arguments: Backend.allCases)
    func `tells the end of the lease that a gateway may still go by`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let connection = try await acme.open(try await acme.device(of: Acme.ana), to: acme.berlin.id)
            try await acme.store.setLease(3600, of: acme.berlin.id, by: Acme.operatorAtTheServer)
            let end = acme.clock.now.addingTimeInterval(3600)
            try await acme.store.setLease(60, of: acme.berlin.id, by: Acme.operatorAtTheServer)
            #expect(try await acme.store.latestLeaseEnd(of: acme.berlin.id) == end)
            acme.clock.advance(seconds: 100)
            try await acme.store.closeConnection(connection.id, because: "Done.")

            #expect(try await acme.store.recentCuts().first?.leaseEndsAt == end)
            acme.clock.advance(seconds: 3600)
            #expect(
                try await acme.store.latestLeaseEnd(of: acme.berlin.id) == acme.clock.now.addingTimeInterval(60)
            )
        }
    }

    @Test(arguments: Backend.allCases)
    func `is kept for ninety days`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.gateway()
            let laptop = try await acme.device(of: Acme.ana)
            let old = try await acme.open(laptop, to: acme.berlin.id)
            try await acme.store.closeConnection(old.id, because: "Done.")
            acme.clock.advance(seconds: 60 * 86_400)
            let new = try await acme.open(laptop, to: acme.berlin.id)
            try await acme.store.closeConnection(new.id, because: "Done.")
            #expect(try await acme.store.recentCuts().map(\.connection.id) == [new.id, old.id])
            acme.clock.advance(seconds: 30 * 86_400 + 1)

            let lease = try #require(try await acme.store.acquireLease("sync", owner: "tests", seconds: 60))
            try await acme.store.show(.manual(at: acme.clock.now), lease: lease)

            #expect(try await acme.store.recentCuts().map(\.connection.id) == [new.id])
            #expect(try await acme.store.connection(old.id) == nil)
        }
    }
}

@Suite struct `A tunnel address` {
    @Test(arguments: Backend.allCases)
    func `of a removed device is free once no gateway can know it any more`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.setGrants(
                [Grant(scope: .everyChosenGroup, site: acme.berlin.id)],
                by: Acme.operatorAtTheServer
            )
            try await acme.store.setLease(600, of: acme.lisbon.id, by: Acme.operatorAtTheServer)
            try await acme.store.setLease(60, of: acme.lisbon.id, by: Acme.operatorAtTheServer)
            let one = try await acme.device(of: Acme.ana, key: 1)
            _ = try await acme.open(one, to: acme.berlin.id)
            try await acme.store.removeDevice(one.id, by: Acme.operatorAtTheServer)
            func address(_ key: UInt8) async throws -> String {
                try await acme.open(try await acme.device(of: Acme.ben, key: key), to: acme.berlin.id).address
            }

            #expect(try await address(2) == "100.64.0.3")
            acme.clock.advance(seconds: 659)
            #expect(try await address(3) == "100.64.0.4")
            acme.clock.advance(seconds: 1)
            #expect(try await address(4) == "100.64.0.2")
        }
    }

    @Test(arguments: Backend.allCases)
    func `stays with a device that comes back`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            _ = try await acme.open(laptop, to: acme.berlin.id)
            try await acme.store.removeDevice(laptop.id, by: Acme.operatorAtTheServer)
            _ = try await acme.device(of: Acme.ana)
            acme.clock.advance(seconds: 86_400)

            #expect(
                try await acme.open(try await acme.device(of: Acme.ana, key: 2), to: acme.berlin.id).address
                    == "100.64.0.3"
            )
            #expect(try await acme.open(laptop, to: acme.berlin.id).address == "100.64.0.2")
        }
    }
}

@Suite struct `A refused connection` {
    @Test(arguments: Backend.allCases)
    func `is an event, once a minute for a device and site`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            func refused() async throws -> [String?] {
                try await acme.store.events(EventQuery(actionPrefix: "connection.refused", limit: 10)).map(\.new)
            }
            for site in [acme.lisbon.id, acme.lisbon.id, "nowhere", "elsewhere"] {
                await #expect(throws: StoreError.self) { _ = try await acme.open(laptop, to: site) }
            }
            #expect(try await refused() == ["laptop 1 to a site that is not there", "laptop 1 to Lisbon"])

            acme.clock.advance(seconds: 60)
            await #expect(throws: StoreError.self) { _ = try await acme.open(laptop, to: acme.lisbon.id) }
            let event = try await acme.store.events(EventQuery(actionPrefix: "connection.refused", limit: 1)).first
            #expect(try await refused().count == 3)
            #expect(event?.subject == Acme.ana.login)
            #expect(event?.reason == "The site is not an allowed site of Engineering.")
        }
    }
}
