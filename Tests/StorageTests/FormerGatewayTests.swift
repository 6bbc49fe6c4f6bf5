import Access
import Directory
import Foundation
import Testing

@testable import Storage

extension Acme {
    /// Enrols another machine in the gateway's place.
    fileprivate func replace(_ gateway: Gateway, key: UInt8 = 203) async throws -> Gateway {
        let code = try await store.renewCode(ofGateway: gateway.id, by: Self.operatorAtTheServer)
        return try await store.enrolGateway(code: code.value, publicKey: Self.publicKey(key)).gateway
    }

    /// Ana's laptop is connected to Berlin, and cut off when `before` is done.
    fileprivate func cutAna(after before: () async throws -> Void) async throws {
        let connection = try await open(try await device(of: Self.ana), to: berlin.id)
        try await before()
        try await store.closeConnection(connection.id, because: "Done.")
    }

    /// What the laptop received.
    fileprivate func report(received: Int64, by laptop: Device, of gateway: Gateway) async throws {
        let key = laptop.publicKey
        let use = PeerUse(publicKey: key, lastHandshakeAt: clock.now, receivedBytes: received, sentBytes: 1)
        try await store.note(version: "1", implementation: "kernel", refusedPackets: 0, peers: [use], of: gateway)
    }

    fileprivate func latestCut() async throws -> Cut {
        try #require(try await store.recentCuts().first)
    }

    fileprivate func formerMachines() async throws -> Int {
        try await store.read { (transaction) throws(StoreError) in
            try transaction.count("SELECT COUNT(*) AS count FROM former_gateway")
        }
    }
}

@Suite struct `A machine that was a gateway` {
    @Test(arguments: Backend.allCases)
    func `is waited for beside the one in its place, until it is told`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (old, token) = try await acme.gateway()
            try await acme.cutAna {
                let new = try await acme.replace(old)
                acme.clock.advance(seconds: 100)
                #expect(new.id == old.id)
            }
            let new = try #require(try await acme.store.gateway(old.id))
            try await acme.store.acknowledge(try await acme.revisionOfBerlin(), by: new)
            let waiting = try await acme.latestCut()
            acme.clock.advance(seconds: 7)

            #expect(try await acme.store.gateway(token: token.value) == nil)
            try await acme.store.endFormerGateway(token: token.value)
            let done = try await acme.latestCut()

            #expect(waiting.gateways.map(\.title) == ["berlin-1", "berlin-1 (replaced)"])
            #expect(waiting.gateways.map { $0.acknowledgedAt != nil } == [true, false])
            #expect(!waiting.isComplete && waiting.isWaiting(at: acme.clock.now))
            // Its lease began to run when it was replaced, and not when the connection was closed.
            #expect(waiting.gateways.map(\.leaseEndsAt) == [300, 200].map { waiting.closedAt.addingTimeInterval($0) })
            #expect(done.isComplete && done.lastAcknowledgedAt == acme.clock.now)
            #expect(try await acme.formerMachines() == 0)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is waited for when the gateway was removed, and no other is there`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (gateway, token) = try await acme.gateway()
            try await acme.cutAna {
                try await acme.store.removeGateway(gateway.id, by: Acme.operatorAtTheServer)
            }
            let waiting = try await acme.latestCut()
            try await acme.store.endFormerGateway(token: token.value)

            #expect(waiting.gateways.map(\.title) == ["berlin-1 (removed)"] && !waiting.isComplete)
            #expect(try await acme.latestCut().isComplete)
        }
    }

    @Test(arguments: [Gateway.End.replaced, .removed], Backend.allCases)
    func `takes along what it had not acknowledged`(_ end: Gateway.End, _ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (gateway, token) = try await acme.gateway()
            try await acme.cutAna {}
            acme.clock.advance(seconds: 1)
            switch end {
            case .removed: try await acme.store.removeGateway(gateway.id, by: Acme.operatorAtTheServer)
            case .replaced:
                let new = try await acme.replace(gateway)
                try await acme.store.acknowledge(try await acme.revisionOfBerlin(), by: new)
            }
            let waiting = try await acme.latestCut()
            try await acme.store.endFormerGateway(token: token.value)

            #expect(waiting.gateways.map(\.title) == ["berlin-1 (\(end.rawValue))"])
            #expect(waiting.gateways.map(\.acknowledgedAt) == [nil])
            #expect(waiting.gateways.map(\.leaseEndsAt) == [waiting.closedAt.addingTimeInterval(300)])
            #expect(try await acme.latestCut().lastAcknowledgedAt == acme.clock.now)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is one of several, each by itself`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (gateway, first) = try await acme.gateway()
            let code = try await acme.store.renewCode(ofGateway: gateway.id, by: Acme.operatorAtTheServer)
            let second = try await acme.store.enrolGateway(code: code.value, publicKey: Acme.publicKey(203)).token
            try await acme.cutAna {
                _ = try await acme.replace(gateway, key: 204)
                try await acme.store.removeGateway(gateway.id, by: Acme.operatorAtTheServer)
            }
            try await acme.store.endFormerGateway(token: second.value)
            let one = try await acme.latestCut()
            try await acme.store.endFormerGateway(token: first.value)

            #expect(one.gateways.count { $0.end == .replaced } == 2 && one.gateways.count { $0.end == .removed } == 1)
            #expect(one.gateways.count { $0.acknowledgedAt != nil } == 1)
            #expect(try await acme.latestCut().gateways.count { $0.acknowledgedAt == nil } == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `lets nobody in once its lease is over, and is forgotten`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (gateway, token) = try await acme.gateway()
            // The longer lease that it may have heard of last.
            try await acme.store.setLease(60, of: acme.berlin.id, by: Acme.operatorAtTheServer)
            try await acme.cutAna {
                try await acme.store.removeGateway(gateway.id, by: Acme.operatorAtTheServer)
                acme.clock.advance(seconds: 299)
            }
            acme.clock.advance(seconds: 1)
            let over = try await acme.latestCut()
            try await acme.store.endFormerGateway(token: token.value)
            let late = try await acme.latestCut()
            let connection = try await acme.open(try await acme.device(of: Acme.ana), to: acme.berlin.id)
            acme.clock.advance(seconds: 1)
            try await acme.store.closeConnection(connection.id, because: "Done.")

            #expect(over.gateways.map(\.leaseEndsAt) == [over.closedAt.addingTimeInterval(1)])
            #expect(!over.isComplete && !over.isWaiting(at: acme.clock.now))
            #expect(late == over)
            #expect(try await acme.latestCut().gateways.isEmpty)
            let lease = try #require(try await acme.store.acquireLease("sync", owner: "tests", seconds: 60))
            try await acme.store.show(.manual(at: acme.clock.now), lease: lease)
            #expect(try await acme.formerMachines() == 0)
        }
    }

    @Test(arguments: Backend.allCases)
    func `never was where no machine was enrolled, and ends by its own token`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (added, _) = try await acme.store.addGateway(
                site: acme.berlin.id,
                name: "berlin-2",
                endpoint: "b:1",
                by: Acme.operatorAtTheServer
            )
            try await acme.store.removeGateway(added.id, by: Acme.operatorAtTheServer)
            #expect(try await acme.formerMachines() == 0)

            let (gateway, _) = try await acme.gateway()
            let other = try await acme.gateway(at: acme.lisbon, name: "lisbon-1", key: 202).token
            try await acme.store.removeGateway(gateway.id, by: Acme.operatorAtTheServer)
            for token in ["", Token.new().value, other.value] {
                try await acme.store.endFormerGateway(token: token)
            }
            #expect(try await acme.formerMachines() == 1)
        }
    }

    @Test func `ends while it reports and acknowledges, and no two wait for each other`() async throws {
        try await withAcme(on: .postgresql) { acme in
            let (first, _) = try await acme.gateway()
            let laptop = try await acme.device(of: Acme.ana)
            for round in UInt8(0)..<60 {
                let gateway = try #require(try await acme.store.gateway(first.id))
                let connection = try await acme.open(laptop, to: acme.berlin.id)
                try await acme.store.closeConnection(connection.id, because: "Done.")
                _ = try await acme.open(laptop, to: acme.berlin.id)
                let revision = try await acme.revisionOfBerlin()

                // Either is refused where it comes too late.
                async let reported: Void? = try? acme.report(received: Int64(round), by: laptop, of: gateway)
                async let acknowledged: Void? = try? acme.store.acknowledge(revision, by: gateway)
                _ = try await acme.replace(gateway, key: 100 + round)
                _ = await (reported, acknowledged)
            }
            // The server counts what a connection saw once it ends.
            try await PostgreSQLServer.shared().endConnections(of: acme.store)

            let deadlocks = try await acme.store.read { (transaction) throws(StoreError) in
                try transaction.count(
                    "SELECT deadlocks AS count FROM pg_stat_database WHERE datname = current_database()"
                )
            }
            #expect(deadlocks == 0)
        }
    }
}
