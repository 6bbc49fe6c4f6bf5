import Access
import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `A sync` {
    @Test(arguments: Backend.all)
    func `makes what is kept what Okta says`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let pulled = Acme.directory(
                [Acme.ana, Acme.ben],
                members: [
                    Acme.engineering.id: [Acme.ana.id, Acme.ben.id], Acme.sales.id: [],
                ]
            )

            try await acme.sync(pulled)

            var kept = try await acme.store.snapshot()
            #expect(kept.users.removeValue(forKey: Acme.cleo.id) == Acme.cleo)
            #expect(kept == pulled)
            #expect(try await acme.mayReach(acme.berlin, Acme.ben))
            #expect(try await !acme.mayReach(acme.lisbon, Acme.ben))
        }
    }

    @Test(arguments: Backend.all)
    func `of an unchanged directory writes no row and no event`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let events = try await acme.actions().count
            let changes = Changes(from: try await acme.store.snapshot(), to: Acme.directory())
            let lease = try #require(try await acme.store.acquireLease("okta-sync", owner: "a", seconds: 60))
            let versions = try await acme.rowVersions(on: backend)
            let written = try await acme.rowsWritten(on: backend)

            acme.clock.advance(seconds: 60)
            _ = try await acme.store.apply(changes, lease: lease)

            #expect(changes.isEmpty)
            #expect(try await acme.actions().count == events)
            #expect(try await acme.rowVersions(on: backend) == versions)
            #expect(try await acme.rowsWritten(on: backend) == written)
        }
    }

    @Test(arguments: Backend.all)
    func `takes the access of a user who left the last group, and keeps the user`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()

            try await acme.sync(Acme.directory(members: [Acme.engineering.id: [], Acme.sales.id: [Acme.ben.id]]))

            #expect(try await acme.standing(of: Acme.ana) == .inactive)
            #expect(try await !acme.mayReach(acme.berlin, Acme.ana))
            #expect(try await !acme.isOpen(session))
            #expect(try await acme.openConnections(of: Acme.ana) == 0)
            #expect(try await acme.store.user(Acme.ana.id) == Acme.ana)
        }
    }

    @Test(arguments: Backend.all, [User.Status.suspended, .deprovisioned, .staged, .provisioned, .unknown])
    func `takes the access of a member whose status grants nothing`(
        backend: Backend,
        status: User.Status
    ) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()

            try await acme.sync(Acme.directory([Acme.ana.with { $0.status = status }, Acme.ben, Acme.cleo]))

            #expect(try await acme.standing(of: Acme.ana) == .inactive)
            #expect(try await !acme.isOpen(session))
            #expect(try await acme.openConnections(of: Acme.ana) == 0)
            #expect(try await acme.closedBecause(Acme.ana) == "The user is \(status.rawValue) in Okta.")
        }
    }

    @Test(arguments: Backend.all, [User.Status.lockedOut, .passwordExpired, .recovery])
    func `leaves a live tunnel to a member who only has to mend their password`(
        backend: Backend,
        status: User.Status
    ) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()

            try await acme.sync(Acme.directory([Acme.ana.with { $0.status = status }, Acme.ben, Acme.cleo]))

            #expect(try await acme.isOpen(session))
            #expect(try await acme.openConnections(of: Acme.ana) == 1)
        }
    }

    @Test(arguments: Backend.all)
    func `closes one site and leaves the session to a user who lost one group of two`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let both: [Group.ID: Set<User.ID>] = [Acme.engineering.id: [Acme.ana.id], Acme.sales.id: [Acme.ana.id]]
            try await acme.sync(Acme.directory(members: both))
            let session = try await acme.anaAtWork()

            try await acme.sync(Acme.directory(members: [Acme.engineering.id: [], Acme.sales.id: [Acme.ana.id]]))

            #expect(try await acme.standing(of: Acme.ana) == .active)
            #expect(try await acme.isOpen(session))
            #expect(try await acme.openConnections(of: Acme.ana) == 0)
        }
    }

    @Test(arguments: Backend.all)
    func `ends nothing of users whom it did not touch`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()

            try await acme.sync(Acme.directory(members: [Acme.engineering.id: [Acme.ana.id], Acme.sales.id: []]))

            #expect(try await acme.isOpen(session))
            #expect(try await acme.openConnections(of: Acme.ana) == 1)
            #expect(try await acme.standing(of: Acme.ben) == .inactive)
        }
    }

    @Test(arguments: Backend.all)
    func `keeps the choice and the grants of a group that vanished, and they work when it returns`(
        backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()
            var without = Acme.directory(members: [Acme.sales.id: [Acme.ben.id]])
            without.groups[Acme.engineering.id] = nil
            let lastSeen = acme.clock.now

            acme.clock.advance(seconds: 60)
            try await acme.sync(without)

            let entry = try #require(try await acme.store.groups().first { $0.id == Acme.engineering.id })
            #expect(entry.isChosen)
            #expect(entry.missingSince == acme.clock.now)
            #expect(entry.lastSeenAt == lastSeen)
            #expect(try await acme.store.grants() == [Grant(scope: .group(Acme.engineering.id), site: acme.berlin.id)])
            #expect(try await !acme.mayReach(acme.berlin, Acme.ana))
            #expect(try await !acme.isOpen(session))

            try await acme.sync(Acme.directory())

            #expect(try await acme.mayReach(acme.berlin, Acme.ana))
            #expect(try await acme.store.groups().first { $0.id == Acme.engineering.id }?.missingSince == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `gives nothing to a group made again under the name of one that was deleted`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let again = Group(id: "00gengineering2", name: Acme.engineering.name)
            var pulled = Acme.directory(members: [Acme.sales.id: [Acme.ben.id]])
            pulled.groups[Acme.engineering.id] = nil
            pulled.groups[again.id] = again

            try await acme.sync(pulled)

            let entry = try #require(try await acme.store.groups().first { $0.id == again.id })
            #expect(!entry.isChosen)
            #expect(try await !acme.mayReach(acme.berlin, Acme.ana))
        }
    }

    @Test(arguments: Backend.all)
    func `keeps two users who share an e-mail, in any case`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let double = User(
                id: "00uana2",
                status: .active,
                login: "ana2@acme.example",
                email: "ANA.SILVA@acme.example"
            )

            try await acme.sync(
                Acme.directory(
                    [Acme.ana, Acme.ben, Acme.cleo, double],
                    members: [
                        Acme.engineering.id: [Acme.ana.id], Acme.sales.id: [double.id],
                    ]
                )
            )

            #expect(
                try await Set(acme.store.users(email: "ana.silva@acme.example").map(\.id)) == [Acme.ana.id, double.id]
            )
            #expect(try await acme.mayReach(acme.berlin, Acme.ana))
            #expect(try await !acme.mayReach(acme.berlin, double))
        }
    }

    @Test(arguments: Backend.all)
    func `lets two users swap their e-mails at once`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let ana = Acme.ana.with { ($0.email, $0.login) = (Acme.ben.email, Acme.ben.login) }
            let ben = Acme.ben.with { ($0.email, $0.login) = (Acme.ana.email, Acme.ana.login) }

            try await acme.sync(Acme.directory([ana, ben, Acme.cleo]))

            #expect(try await acme.store.user(Acme.ana.id) == ana)
            #expect(try await acme.store.users(email: "ben@acme.example") == [ana])
            #expect(try await acme.mayReach(acme.berlin, Acme.ana))
            #expect(try await !acme.mayReach(acme.berlin, Acme.ben))
        }
    }

    @Test(arguments: Backend.all)
    func `knows a renamed user by the id, and keeps what was set by hand`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.setOverride(user: Acme.ana.id, site: acme.lisbon.id, effect: .allow, by: .system)
            let session = try await acme.anaAtWork()
            let renamed = Acme.ana.with {
                ($0.email, $0.login, $0.lastName) = ("ana.costa@acme.example", "ana.costa@acme.example", "Costa")
            }

            try await acme.sync(Acme.directory([renamed, Acme.ben, Acme.cleo]))

            #expect(try await acme.store.user(Acme.ana.id)?.name == "ana.costa")
            #expect(try await acme.store.users(email: "ana.silva@acme.example").isEmpty)
            #expect(try await acme.mayReach(acme.lisbon, renamed))
            #expect(try await acme.isOpen(session))
        }
    }

    @Test(arguments: Backend.all)
    func `takes a user who was made again, with the old e-mail, for somebody else`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()
            try await acme.store.setOverride(user: Acme.ana.id, site: acme.lisbon.id, effect: .allow, by: .system)
            let again = User(
                id: "00uana-again",
                status: .active,
                login: Acme.ana.login,
                email: Acme.ana.email,
                firstName: "Ana"
            )

            try await acme.sync(
                Acme.directory(
                    [again, Acme.ben, Acme.cleo],
                    members: [
                        Acme.engineering.id: [again.id], Acme.sales.id: [Acme.ben.id],
                    ]
                )
            )

            #expect(try await acme.mayReach(acme.berlin, again))
            #expect(try await !acme.mayReach(acme.lisbon, again))
            #expect(try await !acme.isOpen(session))
            #expect(try await acme.openConnections(of: again) == 0)
        }
    }

    @Test(arguments: Backend.all)
    func `keeps names as they are, however odd`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let odd = User(
                id: "'; DROP TABLE users; --",
                status: .active,
                login: "o'neill\t\"@acme.example",
                email: "someone@acme.example",
                firstName: "\\N",
                lastName: "Ünïcödé 名前 😀\n"
            )

            try await acme.sync(
                Acme.directory(
                    [Acme.ana, Acme.ben, odd],
                    members: [
                        Acme.engineering.id: [odd.id], Acme.sales.id: [Acme.ben.id],
                    ]
                )
            )

            #expect(try await acme.store.user(odd.id) == odd)
            #expect(try await acme.mayReach(acme.berlin, odd))
        }
    }

    @Test(arguments: Backend.all)
    func `leaves out the members of a group that was let go while it ran`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let changes = Changes(
                from: try await acme.store.snapshot(),
                to: Acme.directory(members: [
                    Acme.engineering.id: [Acme.ana.id], Acme.sales.id: [Acme.ben.id, Acme.cleo.id],
                ])
            )
            try await acme.store.chooseGroups([Acme.engineering.id], by: .system)
            let lease = try #require(try await acme.store.acquireLease("okta-sync", owner: "a", seconds: 60))

            _ = try await acme.store.apply(changes, lease: lease)

            #expect(try await acme.standing(of: Acme.cleo) == .inactive)
            #expect(try await acme.store.snapshot().members == [Acme.engineering.id: [Acme.ana.id]])
        }
    }

    @Test(arguments: Backend.all)
    func `writes one event that sums it up, by the run that made it`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.anaAtWork()
            let lease = try #require(try await acme.store.acquireLease("okta-sync", owner: "a", seconds: 60))
            let run = SyncRun.manual(at: acme.clock.now, by: "olga@acme.example")
            let changes = Changes(
                from: try await acme.store.snapshot(),
                to: Acme.directory(members: [Acme.engineering.id: [], Acme.sales.id: [Acme.ben.id]])
            )

            let revocations = try await acme.store.apply(changes, lease: lease, run: run)

            #expect(revocations == Revocations(sessions: 1, connections: 1))
            let event = try #require(try await acme.store.events(EventQuery(limit: 1)).first)
            #expect(event.action == "sync.applied")
            #expect(event.actor == Actor.sync(run.id).description)
            #expect(event.new?.contains("1 sessions and 1 connections ended") == true)
            #expect(try await acme.store.verifyEvents().isWhole)
        }
    }

    @Test(arguments: Backend.all)
    func `tells what it would cost, and does not do it`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()
            let before = try await acme.store.snapshot()
            let changes = Changes(
                from: before,
                to: Acme.directory([Acme.ana.with { $0.status = .suspended }, Acme.ben, Acme.cleo])
            )

            let costs = try await acme.store.costs(of: changes)

            #expect(costs.revocations.sessions == 1)
            #expect(costs.revocations.connections == 1)
            #expect(costs.revocations.holders.map(\.user) == [Acme.ana.id])
            #expect(costs.revocations.holders.first?.sites == [acme.berlin.id])
            #expect(try await acme.store.snapshot() == before)
            #expect(try await acme.isOpen(session))
            #expect(try await acme.openConnections(of: Acme.ana) == 1)
        }
    }

    @Test(arguments: Backend.all)
    func `is not applied once the integration is disabled or names another org`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let changes = Changes(from: Snapshot(), to: Acme.directory())
            let lease = try #require(try await acme.store.acquireLease("okta-sync", owner: "a", seconds: 60))

            try await acme.store.enableOkta(.globex, by: .system)
            await #expect(throws: StoreError.leaseLost) { try await acme.store.apply(changes, lease: lease) }
            try await acme.store.disableOkta(by: .system)
            await #expect(throws: StoreError.conflict("The Okta integration is not enabled.")) {
                try await acme.store.apply(changes, lease: lease)
            }

            #expect(try await !acme.mayReach(acme.berlin, Acme.ana))
        }
    }

    @Test(arguments: Backend.all)
    func `of ten thousand users and fifteen thousand memberships is whole`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let users = (0..<10_000).map { number in
                User(
                    id: User.ID("00u\(number)"),
                    status: .active,
                    login: "user\(number)@acme.example",
                    email: "user\(number)@acme.example",
                    firstName: "User",
                    lastName: "\(number)"
                )
            }
            let pulled = Acme.directory(
                users,
                members: [
                    Acme.engineering.id: Set(users.map(\.id)), Acme.sales.id: Set(users[..<5_000].map(\.id)),
                ]
            )
            let changes = Changes(from: try await acme.store.snapshot(), to: pulled)
            let lease = try #require(try await acme.store.acquireLease("okta-sync", owner: "a", seconds: 60))

            _ = try await acme.store.apply(changes, lease: lease)

            #expect(try await acme.store.snapshot().members == pulled.members)
        }
    }
}

extension Acme {
    /// The transaction that wrote each row last; nil on SQLite, which does not tell.
    fileprivate func rowVersions(on backend: Backend) async throws -> [String]? {
        guard backend == .postgresql else { return nil }
        return try await store.read { transaction throws(StoreError) in
            var versions: [String] = []
            for table: SQL in ["users", "okta_group", "okta_membership", "session", "connection"] {
                try transaction.forEach("SELECT CAST(xmin AS TEXT) AS version FROM \(table) ORDER BY 1") {
                    row throws(StoreError) in versions.append(try row.text("version"))
                }
            }
            return versions
        }
    }

    /// How many rows of the directory, and of what it decides about, were written since this was asked first; nil on
    /// PostgreSQL, which counts later.
    fileprivate func rowsWritten(on backend: Backend) async throws -> Int? {
        guard backend == .sqlite else { return nil }
        return try await store.write { transaction throws(StoreError) in
            try transaction.define("CREATE TEMP TABLE IF NOT EXISTS written (name TEXT)")
            for table in ["users", "okta_group", "okta_membership", "session", "connection"] as [SQL] {
                for act in ["INSERT", "UPDATE", "DELETE"] as [SQL] {
                    try transaction.define(
                        """
                        CREATE TEMP TRIGGER IF NOT EXISTS \(table)_\(act) AFTER \(act) ON main.\(table)
                        BEGIN INSERT INTO written VALUES ('\(table)'); END
                        """
                    )
                }
            }
            return try transaction.count("SELECT COUNT(*) AS count FROM written")
        }
    }
}
