import Access
import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `The peers of a site` {
    @Test(arguments: Backend.allCases)
    func `are the devices with an open connection, in revisions`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let start = try await acme.store.peerState(of: acme.berlin.id)
            let laptop = try await acme.device(of: Acme.ana)
            let connection = try await acme.open(laptop, to: acme.berlin.id)
            let peer = SitePeer(publicKey: laptop.publicKey, address: "100.64.0.2")
            let opened = try await acme.store.peerState(of: acme.berlin.id)
            try await acme.store.closeConnection(connection.id, because: "Done.")
            let closed = try await acme.store.peerState(of: acme.berlin.id)

            #expect(start.peers.isEmpty && start.lease == 300 && start.networks == [acme.berlin.addressRange])
            #expect(start.tunnelRange.description == "100.64.0.0/10")
            #expect(opened.revision == start.revision + 1 && opened.peers == [peer])
            #expect(closed.revision == opened.revision + 1 && closed.peers.isEmpty)
            let last = try await acme.store.peerChanges(of: acme.berlin.id, since: opened.revision)
            #expect(last.revision == closed.revision && last.removed == [laptop.publicKey] && last.added.isEmpty)
            #expect(last.lease == 300 && last.networks == [acme.berlin.addressRange])
            #expect(try await acme.store.siteRevisions() == [acme.berlin.id: closed.revision, acme.lisbon.id: 0])

            _ = try await acme.open(laptop, to: acme.berlin.id)
            let again = try await acme.store.peerChanges(of: acme.berlin.id, since: opened.revision)
            #expect(again.removed == [laptop.publicKey] && again.added == [peer])
            #expect(try await acme.store.peerChanges(of: acme.berlin.id, since: again.revision).added.isEmpty)
            await expectRefusal(.notFound("There is no such site.")) {
                _ = try await acme.store.peerState(of: "nowhere")
            }
            await expectRefusal(.notFound("There is no such site.")) {
                _ = try await acme.store.peerChanges(of: "nowhere", since: 0)
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `have a revision for what ends many of them at once`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            for key: UInt8 in 1...3 {
                _ = try await acme.open(try await acme.device(of: Acme.ana, key: key), to: acme.berlin.id)
            }
            let before = try await acme.revisionOfBerlin()

            try await acme.store.ban(Acme.ana.id, by: Acme.operatorAtTheServer)

            #expect(try await acme.revisionOfBerlin() == before + 1)
            #expect(try await acme.store.peerChanges(of: acme.berlin.id, since: before).removed.count == 3)
        }
    }

    @Test(arguments: Backend.allCases)
    func `have a lease, which is a revision too`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let before = try await acme.revisionOfBerlin()
            try await acme.store.setLease(3600, of: acme.berlin.id, by: Acme.operatorAtTheServer)

            #expect(try await acme.store.lease(of: acme.berlin.id) == 3600)
            #expect(try await acme.store.peerState(of: acme.berlin.id).lease == 3600)
            #expect(try await acme.revisionOfBerlin() == before + 1)
            #expect(try await acme.actions().first == "site.lease-changed")
            for seconds in [59, 86_401, -1] {
                await expectConflict(saying: "60 to 86,400") {
                    try await acme.store.setLease(seconds, of: acme.berlin.id, by: Acme.operatorAtTheServer)
                }
            }
            await expectRefusal(.notFound("There is no such site.")) {
                try await acme.store.setLease(60, of: "nowhere", by: Acme.operatorAtTheServer)
            }
            await expectRefusal(.notFound("There is no such site.")) { _ = try await acme.store.lease(of: "nowhere") }
        }
    }

    @Test(arguments: Backend.allCases)
    func `have another revision where the site has other addresses, with or without peers`(
        _ backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            var site = acme.berlin
            let before = try await acme.revisionOfBerlin()
            site.addressRange = try AddressRange("10.21.0.0/16")
            try await acme.store.updateSite(site, by: Acme.operatorAtTheServer)
            #expect(try await acme.revisionOfBerlin() == before + 1)

            _ = try await acme.open(try await acme.device(of: Acme.ana), to: site.id)
            site.addressRange = try AddressRange("10.22.0.0/16")
            try await acme.store.updateSite(site, by: Acme.operatorAtTheServer)
            #expect(try await acme.revisionOfBerlin() == before + 3)
            #expect(try await acme.store.peerState(of: site.id).networks == [site.addressRange])
        }
    }
}

@Suite struct `A connection's session` {
    @Test(arguments: Backend.allCases)
    func `takes the connection with it, for the same reason`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.gateway()
            let laptop = try await acme.device(of: Acme.ana)
            let (session, _) = try await acme.session(of: Acme.ana, kind: .connect)
            let (other, _) = try await acme.session(of: Acme.ana, kind: .connect)
            let connection = try await acme.store.openConnection(
                device: laptop.id,
                site: acme.berlin.id,
                session: session.id
            )

            try await acme.store.endSession(other.id, because: "Signed out.")
            #expect(try await acme.peersOfBerlin() == [laptop.publicKey])
            try await acme.store.endSession(session.id, because: "Signed out on the web.")

            #expect(try await acme.store.connection(connection.id)?.closedBecause == "Signed out on the web.")
            #expect(try await acme.peersOfBerlin().isEmpty)
            #expect(try await acme.store.recentCuts().first?.gateways.map(\.name) == ["berlin-1"])
        }
    }

    @Test(arguments: Backend.allCases)
    func `is a live one in Connect, of the device's user`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            let (ended, _) = try await acme.session(of: Acme.ana, kind: .connect)
            try await acme.store.endSession(ended.id, because: "Signed out.")
            let (account, _) = try await acme.session(of: Acme.ana, kind: .account)
            let (others, _) = try await acme.session(of: Acme.ben, kind: .connect)
            let (idle, _) = try await acme.session(of: Acme.ana, kind: .connect)

            acme.clock.advance(seconds: Session.Kind.connect.idleLimit)
            let (fresh, _) = try await acme.session(of: Acme.ben, kind: .connect)
            for session in [ended.id, account.id, others.id, fresh.id, idle.id, "nothing"] {
                await expectRefusal(.notFound("The session has ended.")) {
                    _ = try await acme.store.openConnection(
                        device: laptop.id,
                        site: acme.berlin.id,
                        session: session
                    )
                }
            }
            #expect(try await acme.peersOfBerlin().isEmpty)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is the newest in which the device asked`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            let (first, _) = try await acme.session(of: Acme.ana, kind: .connect)
            let (second, _) = try await acme.session(of: Acme.ana, kind: .connect)
            func open(_ session: Session) async throws -> Connection {
                try await acme.store.openConnection(device: laptop.id, site: acme.berlin.id, session: session.id)
            }
            let connection = try await open(first)
            let before = try await acme.revisionOfBerlin()

            #expect(try await open(first) == connection)
            #expect(try await acme.revisionOfBerlin() == before)
            #expect(try await open(second).id == connection.id)
            try await acme.store.endSession(first.id, because: "Signed out.")

            #expect(try await acme.peersOfBerlin() == [laptop.publicKey])
            #expect(try await acme.store.peerChanges(of: acme.berlin.id, since: before).added.count == 1)
        }
    }

    @Test(arguments: [Session.Kind.connect.idleLimit, Session.Kind.connect.absoluteLimit], Backend.allCases)
    func `that ran out lets nobody in, and is ended with the connection`(_ limit: Int, _ backend: Backend) async throws
    {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            let (session, token) = try await acme.session(of: Acme.ana, kind: .connect)
            let connection = try await acme.store.openConnection(
                device: laptop.id,
                site: acme.berlin.id,
                session: session.id
            )
            if limit == Session.Kind.connect.absoluteLimit { try await acme.keepBusy(session.id, until: limit) }
            acme.clock.advance(seconds: limit == Session.Kind.connect.absoluteLimit ? 1 : limit - 1)
            if limit == Session.Kind.connect.idleLimit {
                #expect(try await acme.store.closeExpiredConnections() == 0)
                #expect(try await acme.peersOfBerlin().count == 1)
                acme.clock.advance(seconds: 1)
            }
            let before = try await acme.revisionOfBerlin()

            #expect(try await acme.peersOfBerlin().isEmpty)
            #expect(try await acme.store.closeExpiredConnections() == 1)
            #expect(try await acme.store.closeExpiredConnections() == 0)

            let why = try await acme.store.connection(connection.id)?.closedBecause
            #expect(
                why
                    == (limit == Session.Kind.connect.idleLimit
                        ? "It was idle for too long." : "It had lasted as long as a session may.")
            )
            #expect(try await acme.revisionOfBerlin() == before + 1)
            #expect(try await acme.store.session(token: token.value) == nil)
            #expect(try await acme.actions().filter { $0 == "session.ended" }.count == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `counts what ended with it once`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.anaAtWork()
            let ended = try await acme.store.endEverything(
                of: Acme.ana.id,
                because: "Signed out everywhere.",
                by: Acme.operatorAtTheServer
            )
            #expect(ended.sessions == 1 && ended.connections == 1)
        }
    }
}

extension Acme {
    /// Goes on until a second before `seconds` have passed, as a session does that is used.
    fileprivate func keepBusy(_ session: Session.ID, until seconds: Int) async throws {
        clock.advance(seconds: seconds - 1)
        let (organisation, now) = (store.organisation.id, clock.now)
        try await store.write { (transaction) throws(StoreError) in
            try transaction.run(
                """
                UPDATE session SET last_seen_at = \(now)
                WHERE organisation_id = \(organisation) AND session_id = \(session)
                """
            )
        }
    }
}
