import Directory
import Testing

@testable import Storage

@Suite(.serialized) struct `An Okta group is administrators` {
    typealias Entered = (session: Session, token: Secret)

    /// ana, in Engineering, which makes administrators.
    private func withRule(
        on backend: Backend,
        _ body: (_ acme: Acme, _ ana: Administrator, _ session: Entered) async throws -> Void
    ) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.olga()
            try await acme.store.setAdministratorGroup(
                Acme.engineering.id,
                role: .administrator,
                by: .administrator(olga)
            )
            let ana = try #require(try await acme.store.administratorToEnter(as: Acme.ana.id))
            try await body(acme, ana, try await enter(ana, acme))
        }
    }

    private func enter(_ administrator: Administrator, _ acme: Acme) async throws -> Entered {
        try await acme.store.openSession(
            .administrator(administrator.id),
            kind: .manager,
            userAgent: nil,
            address: nil,
            throughOktaUser: Acme.ana.id
        )
    }

    /// What is left once ana is none any more: no session, no row in the list, no way in.
    private func expectOut(_ session: Entered, _ acme: Acme, sourceLocation: SourceLocation = #_sourceLocation)
        async throws
    {
        let row = try await acme.store.read { transaction throws(StoreError) in
            try transaction.row("SELECT ended_at FROM session WHERE session_id = \(session.session.id)")
        }
        #expect(try row?.optionalDate("ended_at") != nil, sourceLocation: sourceLocation)
        #expect(try await !acme.isOpen(session), sourceLocation: sourceLocation)
        #expect(try await acme.store.administratorToEnter(as: Acme.ana.id) == nil, sourceLocation: sourceLocation)
        #expect(
            try await acme.store.administrators().map(\.email) == ["olga@acme.example"],
            sourceLocation: sourceLocation
        )
    }

    @Test(arguments: Backend.allCases)
    func `and its active members enter with its role`(_ backend: Backend) async throws {
        try await withRule(on: backend) { acme, ana, session in
            #expect(ana.email == "ana.silva@acme.example")
            #expect(ana.role == .administrator)
            #expect(ana.isThroughGroup && !ana.hasPassword)
            let again = try await acme.store.administratorToEnter(as: Acme.ana.id)
            #expect(again?.id == ana.id)
            #expect(try await acme.isOpen(session))
            #expect(try await acme.store.administratorToEnter(as: Acme.ben.id) == nil)
            #expect(try await acme.store.administratorToEnter(as: "00unobody") == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `and who leaves it is out with the synchronization`(_ backend: Backend) async throws {
        try await withRule(on: backend) { acme, _, session in
            try await acme.sync(Acme.directory(members: [Acme.engineering.id: [], Acme.sales.id: [Acme.ana.id]]))
            try await expectOut(session, acme)
        }
    }

    @Test(arguments: Backend.allCases, [User.Status.suspended, .deprovisioned, .staged])
    func `and whose status keeps no access is out`(_ backend: Backend, status: User.Status) async throws {
        try await withRule(on: backend) { acme, _, session in
            try await acme.sync(Acme.directory([Acme.ana.with { $0.status = status }, Acme.ben, Acme.cleo]))
            try await expectOut(session, acme)
        }
    }

    @Test(arguments: Backend.allCases)
    func `and who is banned is out`(_ backend: Backend) async throws {
        try await withRule(on: backend) { acme, _, session in
            try await acme.store.ban(Acme.ana.id, by: Acme.operatorAtTheServer)
            try await expectOut(session, acme)
        }
    }

    @Test(arguments: Backend.allCases)
    func `and gives nothing where it is not chosen any more`(_ backend: Backend) async throws {
        try await withRule(on: backend) { acme, _, session in
            try await acme.store.chooseGroups([Acme.sales.id], by: Acme.operatorAtTheServer)
            try await expectOut(session, acme)
            #expect(try await acme.store.administratorGroups().map(\.isInForce) == [false])
        }
    }

    @Test(arguments: Backend.allCases)
    func `and gives nothing where Okta has lost it`(_ backend: Backend) async throws {
        try await withRule(on: backend) { acme, _, session in
            try await acme.sync(
                Snapshot(
                    groups: [Acme.sales.id: Acme.sales, Acme.everyone.id: Acme.everyone],
                    users: Acme.directory().users,
                    members: [Acme.sales.id: [Acme.ben.id]]
                )
            )
            try await expectOut(session, acme)
        }
    }

    @Test(arguments: Backend.allCases)
    func `and gives nothing once the integration is disabled`(_ backend: Backend) async throws {
        try await withRule(on: backend) { acme, _, session in
            try await acme.store.disableOkta(by: Acme.operatorAtTheServer)
            try await expectOut(session, acme)
        }
    }

    @Test(arguments: Backend.allCases)
    func `until the rule ends`(_ backend: Backend) async throws {
        try await withRule(on: backend) { acme, _, session in
            try await acme.store.removeAdministratorGroup(Acme.engineering.id, by: Acme.operatorAtTheServer)
            try await expectOut(session, acme)
        }
    }

    @Test(arguments: Backend.allCases)
    func `whose role is read each time, and whose change signs them out`(_ backend: Backend) async throws {
        try await withRule(on: backend) { acme, ana, session in
            try await acme.store.setAdministratorGroup(
                Acme.engineering.id,
                role: .viewer,
                by: Acme.operatorAtTheServer
            )
            #expect(try await acme.store.administrator(ana.id)?.role == .viewer)
            #expect(try await !acme.isOpen(session))
        }
    }

    @Test(arguments: Backend.allCases)
    func `and an administrator who is linked by hand comes before it`(_ backend: Backend) async throws {
        try await withRule(on: backend) { acme, ana, session in
            let olga = try #require(try await acme.store.administrator(email: "olga@acme.example"))
            try await acme.store.linkAdministrator(olga.id, to: Acme.ana.id, by: .administrator(olga))

            #expect(try await acme.store.administratorToEnter(as: Acme.ana.id)?.id == olga.id)
            #expect(try await !acme.isOpen(session))
            #expect(try await acme.store.administrator(ana.id) == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `but never by e-mail`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.store.addFirstAdministrator(
                email: "ana.silva@acme.example",
                name: nil,
                password: Acme.password
            )
            try await acme.store.setAdministratorGroup(Acme.engineering.id, role: .viewer, by: .administrator(olga))

            let ana = try #require(try await acme.store.administratorToEnter(as: Acme.ana.id))

            #expect(ana.id != olga.id)
            #expect(ana.role == .viewer)
            #expect(ana.email == "ana.silva@acme.example (00uana)")
        }
    }

    @Test(arguments: Backend.allCases)
    func `and whom it makes one is changed by no hand`(_ backend: Backend) async throws {
        try await withRule(on: backend) { acme, ana, _ in
            let store = acme.store
            await expectConflict(saying: "change that group") {
                try await store.changeRole(of: ana.id, to: .owner, by: Acme.operatorAtTheServer)
            }
            await expectConflict(saying: "change that group") {
                try await store.setPassword(of: ana.id, to: Acme.password, by: .administrator(ana))
            }
            await expectConflict(saying: "change that group") {
                try await store.removeAdministrator(ana.id, by: Acme.operatorAtTheServer)
            }
            await expectConflict(saying: "change that group") {
                _ = try await store.proposeSecondFactor(for: ana.id)
            }
            await expectConflict(saying: "signs in with Okta") {
                _ = try await store.openSession(
                    .administrator(ana.id),
                    kind: .manager,
                    userAgent: nil,
                    address: nil
                )
            }
            let kept = try await store.administrator(ana.id)
            #expect(kept?.role == .administrator)
        }
    }

    @Test(arguments: Backend.allCases)
    func `only where an owner with a password is the way back in`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let paul = try await acme.owner(email: "paul@acme.example")
            await expectConflict(saying: "Give an owner a password first") {
                try await acme.store.setAdministratorGroup(Acme.engineering.id, role: .viewer, by: .administrator(paul))
            }
            await expectConflict(saying: "not owners") {
                try await acme.store.setAdministratorGroup(Acme.engineering.id, role: .owner, by: .administrator(paul))
            }
            try await acme.store.setPassword(of: paul.id, to: Acme.password, by: .administrator(paul))
            await expectConflict(saying: "Choose the group") {
                try await acme.store.setAdministratorGroup(Acme.everyone.id, role: .viewer, by: .administrator(paul))
            }
            try await acme.store.setAdministratorGroup(Acme.engineering.id, role: .viewer, by: .administrator(paul))

            let oscar = try await acme.owner(email: "oscar@acme.example")
            await expectConflict(saying: "the last owner with a password") {
                try await acme.store.changeRole(of: paul.id, to: .viewer, by: .administrator(oscar))
            }
            await expectConflict(saying: "the last owner with a password") {
                try await acme.store.removeAdministrator(paul.id, by: .administrator(oscar))
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `as an owner says, and nobody else`(_ backend: Backend) async throws {
        try await withRule(on: backend) { acme, ana, _ in
            await expectConflict(saying: "Only an owner") {
                try await acme.store.setAdministratorGroup(Acme.sales.id, role: .viewer, by: .administrator(ana))
            }
            await expectConflict(saying: "Only an owner") {
                try await acme.store.removeAdministratorGroup(Acme.engineering.id, by: .administrator(ana))
            }
        }
    }
}
