import Access
import Directory
import Foundation
import Testing

@testable import Storage

extension Acme {
    fileprivate func removeBerlin() async throws {
        try await store.removeSite(berlin.id, by: Self.operatorAtTheServer)
    }

    fileprivate func count(_ rows: SQL) async throws -> Int {
        try await store.read { (transaction) throws(StoreError) in
            try transaction.count("SELECT COUNT(*) AS count FROM \(rows)")
        }
    }

    fileprivate func trimHistory() async throws {
        let lease = try #require(try await store.acquireLease("sync", owner: "tests", seconds: 60))
        try await store.show(.manual(at: clock.now), lease: lease)
        try await store.releaseLease(lease)
    }

    /// As many connections of the device to Berlin, closed an hour ago.
    fileprivate func keepClosed(_ count: Int, of device: Device) async throws {
        let organisation = SQLValue.text(store.organisation.id.rawValue)
        let (berlin, time) = (SQLValue.text(berlin.id.rawValue), clock.now.addingTimeInterval(-3600).sqlValue)
        try await store.write { (transaction) throws(StoreError) in
            try transaction.insert(
                BulkRows(
                    table: "connection",
                    columns: [
                        "organisation_id", "connection_id", "device_id", "okta_user_id", "site_id", "address",
                        "opened_at", "closed_at", "closed_because", "closed_revision", "lease_ends_at",
                    ],
                    of: 0..<count
                ) {
                    [
                        organisation, .text("closed \($0)"), .text(device.id.rawValue), .text(device.user.rawValue),
                        berlin, .text("100.64.0.2"), time, time, .text("Done."), .integer(1), time,
                    ]
                }
            )
        }
    }
}

@Suite struct `A removed site` {
    @Test(arguments: Backend.allCases)
    func `cuts its connections as everything does, with reason and time`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, token) = try await acme.gateway()
            let connection = try await acme.open(try await acme.device(of: Acme.ana), to: acme.berlin.id)
            acme.clock.advance(seconds: 10)

            try await acme.removeBerlin()
            let waiting = try #require(try await acme.store.recentCuts(of: Acme.ana.id).first)
            acme.clock.advance(seconds: 1)
            #expect(try await acme.store.gateway(token: token.value) == nil)
            try await acme.store.endFormerGateway(token: token.value)
            let done = try #require(try await acme.store.recentCuts(of: Acme.ana.id).first)

            #expect(waiting.connection.id == connection.id && waiting.because == "The site was removed.")
            #expect(waiting.closedAt == connection.openedAt.addingTimeInterval(10))
            #expect(waiting.site == "Berlin" && waiting.isSiteRemoved)
            #expect(waiting.gateways.map(\.title) == ["berlin-1 (removed)"] && !waiting.isComplete)
            #expect(done.isComplete && done.lastAcknowledgedAt == acme.clock.now)
            #expect(try await acme.store.connection(connection.id)?.closedBecause == "The site was removed.")
            let event = try await acme.store.events(EventQuery(actionPrefix: "site.removed", limit: 1)).first
            #expect(event?.old == "Berlin, 10.20.0.0/16, 1 connection")
        }
    }

    @Test(arguments: Backend.allCases)
    func `is not there for anything`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (store, berlin, actor) = (acme.store, acme.berlin, Acme.operatorAtTheServer)
            let (_, code) = try await store.addGateway(site: berlin.id, name: "b", endpoint: "b:1", by: actor)
            let laptop = try await acme.device(of: Acme.ana)
            _ = try await acme.open(laptop, to: berlin.id)

            try await acme.removeBerlin()

            #expect(try await store.sites() == [acme.lisbon])
            #expect(try await store.site(berlin.id) == nil)
            #expect(try await store.siteRevisions().keys.sorted() == [acme.lisbon.id])
            #expect(try await store.gateways().isEmpty)
            #expect(try await store.grants().isEmpty)
            #expect(try await store.accessFacts(for: Acme.ana.id)?.sites == [acme.lisbon])
            for verb: @Sendable () async throws -> Void in [
                { _ = try await store.lease(of: berlin.id) },
                { _ = try await store.latestLeaseEnd(of: berlin.id) },
                { _ = try await store.peerState(of: berlin.id) },
                { _ = try await store.peerChanges(of: berlin.id, since: 0) },
                { try await store.setLease(60, of: berlin.id, by: actor) },
                {
                    try await store.updateSite(
                        Site(id: berlin.id, name: "B", addressRange: berlin.addressRange),
                        by: actor
                    )
                },
                { try await store.removeSite(berlin.id, by: actor) },
                { _ = try await store.addGateway(site: berlin.id, name: "c", endpoint: "c:1", by: actor) },
                { try await store.setGrants([Grant(scope: .everyChosenGroup, site: berlin.id)], by: actor) },
                { try await store.setOverride(user: Acme.ben.id, site: berlin.id, effect: .allow, by: actor) },
            ] {
                await expectRefusal(.notFound("There is no such site."), verb)
            }
            await expectRefusal(.denied(.noSuchSite)) { _ = try await acme.open(laptop, to: berlin.id) }
            await #expect(throws: StoreError.self) {
                _ = try await store.enrolGateway(code: code.value, publicKey: Acme.publicKey(8))
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `leaves its name and addresses to another, and the database keeps them apart`(
        _ backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            _ = try await acme.open(laptop, to: acme.berlin.id)
            try await acme.removeBerlin()

            let new = try await acme.store.addSite(
                name: "berlin",
                addressRange: acme.berlin.addressRange,
                by: Acme.operatorAtTheServer
            )

            #expect(try await acme.store.sites().map(\.id) == [acme.lisbon.id, new.id])
            #expect(try await acme.store.recentCuts(at: new.id).isEmpty)
            for (name, range) in [("berlin", "10.99.0.0/16"), ("another", "10.20.0.0/16")] {
                await #expect(throws: StoreError.self) {
                    try await acme.store.write { (transaction) throws(StoreError) in
                        try transaction.run(
                            """
                            INSERT INTO site (organisation_id, site_id, name, folded_name, address_range, created_at)
                            VALUES (\(acme.store.organisation.id), 'x', \(name), \(name), \(range), 0)
                            """
                        )
                    }
                }
            }
            // Removed once more, it is the second of that name.
            try await acme.store.removeSite(new.id, by: Acme.operatorAtTheServer)
            #expect(try await acme.count("site WHERE removed_at IS NOT NULL") == 2)
        }
    }

    @Test(arguments: Backend.allCases)
    func `deletes nothing of the history in that transaction`(_ backend: Backend) async throws {
        let many = backend == .sqlite ? 100_000 : 1_000
        try await withAcme(on: backend) { acme in
            _ = try await acme.gateway()
            let laptop = try await acme.device(of: Acme.ana)
            try await acme.keepClosed(many, of: laptop)
            _ = try await acme.open(laptop, to: acme.berlin.id)

            try await acme.removeBerlin()

            #expect(try await acme.count("connection") == many + 1)
            #expect(try await acme.count("connection WHERE closed_because = 'Done.'") == many)
            // Only what was open is told to gateways.
            #expect(try await acme.count("connection_cut") == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `goes with the last of its history`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let connection = try await acme.open(try await acme.device(of: Acme.ana), to: acme.berlin.id)
            try await acme.removeBerlin()

            acme.clock.advance(seconds: 90 * 86_400)
            try await acme.trimHistory()
            #expect(try await acme.store.recentCuts(of: Acme.ana.id).map(\.site) == ["Berlin"])
            acme.clock.advance(seconds: 1)
            try await acme.trimHistory()

            #expect(try await acme.store.connection(connection.id) == nil)
            #expect(try await acme.count("site") == 1)
            #expect(try await acme.store.sites() == [acme.lisbon])
        }
    }

    @Test(arguments: Backend.allCases)
    func `keeps its tunnel addresses from others until no gateway can know them any more`(
        _ backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.setLease(600, of: acme.berlin.id, by: Acme.operatorAtTheServer)
            let laptop = try await acme.device(of: Acme.ana)
            let connection = try await acme.open(laptop, to: acme.berlin.id)
            let end = acme.clock.now.addingTimeInterval(660)
            try await acme.removeBerlin()
            // Neither that the device goes, with the shorter lease of the sites that are left, nor that it comes back changes that.
            try await acme.store.removeDevice(laptop.id, by: Acme.operatorAtTheServer)
            _ = try await acme.device(of: Acme.ana)
            #expect(try await acme.count("tunnel_address WHERE free_from = \(end)") == 1)

            try await acme.store.setGrants(
                [Grant(scope: .everyChosenGroup, site: acme.lisbon.id)],
                by: Acme.operatorAtTheServer
            )
            acme.clock.advance(seconds: 659)
            let before = try await acme.open(try await acme.device(of: Acme.ben, key: 2), to: acme.lisbon.id)
            #expect(before.address != connection.address)
            #expect(try await acme.count("tunnel_address WHERE free_from IS NOT NULL") == 1)
            acme.clock.advance(seconds: 1)
            _ = try await acme.open(try await acme.device(of: Acme.ben, key: 3), to: acme.lisbon.id)
            #expect(try await acme.count("tunnel_address WHERE free_from IS NOT NULL") == 0)
        }
    }
}

@Suite struct `What gateways reported of a connection` {
    @Test(arguments: Backend.allCases)
    func `goes soon after it was closed, so that a gateway takes little along`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (gateway, _) = try await acme.gateway()
            let devices = [try await acme.device(of: Acme.ana, key: 1), try await acme.device(of: Acme.ana, key: 2)]
            let closed = try await acme.open(devices[0], to: acme.berlin.id)
            _ = try await acme.open(devices[1], to: acme.berlin.id)
            let uses = devices.map {
                PeerUse(publicKey: $0.publicKey, lastHandshakeAt: acme.clock.now, receivedBytes: 1, sentBytes: 1)
            }
            try await acme.store.note(
                version: "1",
                implementation: "kernel",
                refusedPackets: 0,
                peers: uses,
                of: gateway
            )
            try await acme.store.closeConnection(closed.id, because: "Done.")
            #expect(try await acme.count("peer_use") == 2)

            try await acme.trimHistory()

            #expect(try await acme.count("peer_use") == 1)
            #expect(try await acme.store.liveConnections().map(\.gateway) == ["berlin-1"])
        }
    }
}
