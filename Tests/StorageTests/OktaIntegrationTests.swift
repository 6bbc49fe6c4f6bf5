import Access
import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `The Okta integration` {
    @Test(arguments: Backend.all)
    func `is not there until it is enabled`(backend: Backend) async throws {
        try await backend.withStore { store in
            #expect(try await store.oktaIntegration() == nil)
            #expect(try await store.oktaCredentials() == nil)
            #expect(OktaIntegration.badge(of: try await store.oktaIntegration()) == .notSetUp)

            try await store.enableOkta(.acme, by: .system)

            let integration = try #require(try await store.oktaIntegration())
            #expect(integration.domain == "acme.okta.com")
            #expect(integration.clientID == "0oaacme")
            #expect(integration.isEnabled)
            #expect(integration.remoteAccess)
            #expect(!integration.synchronization)
            #expect(integration.badge == .notVerified)
            #expect(try await store.oktaCredentials() == .acme)
            #expect(try await store.teams().map(\.name) == ["Okta Users"])
        }
    }

    @Test(arguments: Backend.all)
    func `keeps preferences and members when its credentials are replaced`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()
            try await acme.store.setSynchronization(true, by: .system)
            let replaced = OktaCredentials(
                domain: "acme.okta.com",
                issuer: "https://acme.okta.com",
                clientID: "0oanew",
                clientSecret: Secret("new"),
                apiToken: Secret("00new")
            )

            try await acme.store.enableOkta(replaced, by: .system)

            #expect(try await acme.store.oktaCredentials() == replaced)
            #expect(try await acme.store.oktaIntegration()?.synchronization == true)
            #expect(try await acme.isOpen(session))
            #expect(try await acme.mayReach(acme.berlin, Acme.ana))
        }
    }

    @Test(arguments: Backend.all)
    func `grants nothing by what another org said`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()

            try await acme.store.enableOkta(.globex, by: .system)

            #expect(try await !acme.mayReach(acme.berlin, Acme.ana))
            #expect(try await !acme.isOpen(session))
            #expect(try await acme.openConnections(of: Acme.ana) == 0)
            #expect(try await acme.store.oktaIntegration()?.badge == .notVerified)
        }
    }

    @Test(arguments: Backend.all)
    func `makes no administrator of another org's users, also after it was disabled`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let owner = try await acme.store.addAdministrator(
                email: "olga@acme.example",
                name: nil,
                role: .owner,
                password: "Long-enough-2026!",
                oktaUser: Acme.ana.id,
                by: .system
            )
            let (_, token) = try await acme.store.openSession(
                .administrator(owner.id),
                kind: .manager,
                userAgent: nil,
                address: nil,
                throughOktaUser: Acme.ana.id
            )

            try await acme.store.disableOkta(by: .system)
            try await acme.store.enableOkta(.globex, by: .system)

            #expect(try await acme.store.administrator(oktaUser: Acme.ana.id) == nil)
            #expect(try await acme.store.session(token: token.value) == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `is not another org's while every owner signs in through this one`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.store.addAdministrator(
                email: "olga@acme.example",
                name: nil,
                role: .owner,
                password: nil,
                oktaUser: Acme.ana.id,
                by: .system
            )

            await #expect(throws: StoreError.self) { try await acme.store.enableOkta(.globex, by: .system) }

            #expect(try await acme.store.oktaIntegration()?.domain == "acme.okta.com")
            #expect(try await acme.store.administrator(oktaUser: Acme.ana.id) != nil)
        }
    }

    @Test(arguments: Backend.all)
    func `says in numbers what disabling takes, then takes it and keeps the rest`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()

            let costs = try await acme.store.costsOfDisablingOkta()

            #expect(costs == DisableCosts(users: 2, memberships: 2, grants: 1, sessions: 1, connections: 1))
            #expect(try await acme.isOpen(session))

            try await acme.store.disableOkta(by: .system)

            #expect(try await acme.store.oktaIntegration() == nil)
            #expect(try await acme.store.oktaCredentials() == nil)
            #expect(try await !acme.isOpen(session))
            #expect(try await acme.openConnections(of: Acme.ana) == 0)
            #expect(try await acme.standing(of: Acme.ana) == .inactive)
            #expect(try await acme.store.grants().count == 1)
            #expect(try await acme.store.groups().filter(\.isChosen).count == 2)
        }
    }

    @Test(arguments: Backend.all)
    func `works again after it was disabled, once a sync has read Okta`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.disableOkta(by: .system)

            try await acme.store.enableOkta(.acme, by: .system)
            #expect(try await !acme.mayReach(acme.berlin, Acme.ana))

            try await acme.sync(Acme.directory())
            #expect(try await acme.mayReach(acme.berlin, Acme.ana))
        }
    }

    @Test(arguments: Backend.all)
    func `ends connections, and not sessions, when remote access is turned off`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()

            try await acme.store.setRemoteAccess(false, by: .system)

            #expect(try await acme.openConnections(of: Acme.ana) == 0)
            #expect(try await acme.closedBecause(Acme.ana) == "Remote access is off for the team Okta Users.")
            #expect(try await acme.isOpen(session))

            try await acme.store.setRemoteAccess(true, by: .system)
            #expect(try await acme.mayReach(acme.berlin, Acme.ana))
        }
    }

    @Test(arguments: Backend.all)
    func `changes its status with a reason, and writes an event only where it changed`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let problem = Problem(what: "Okta rejects the API token.", remedy: "Create another one.")
            try await acme.store.setSynchronization(true, by: .system)
            let before = try await acme.actions().count

            acme.clock.advance(seconds: 1)
            try await acme.store.setIntegrationStatus(.stopped, problem: problem)
            try await acme.store.setIntegrationStatus(.stopped, problem: problem)

            let integration = try #require(try await acme.store.oktaIntegration())
            #expect(integration.problem == problem)
            #expect(integration.statusSince == acme.clock.now)
            #expect(integration.badge == .stopped)
            #expect(try await acme.actions().count == before + 1)

            try await acme.store.setIntegrationStatus(.active, problem: nil)
            #expect(try await acme.store.oktaIntegration()?.badge == .active)
            #expect(try await acme.store.oktaIntegration()?.problem == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `that is not enabled takes no preferences`(backend: Backend) async throws {
        try await backend.withStore { store async throws in
            let refusal = StoreError.conflict("The Okta integration is not enabled.")

            await #expect(throws: refusal) { try await store.setSynchronization(true, by: .system) }
            await #expect(throws: refusal) { try await store.setRemoteAccess(false, by: .system) }
            await #expect(throws: refusal) { try await store.disableOkta(by: .system) }
            try await store.setIntegrationStatus(.active, problem: nil)
            #expect(try await store.oktaIntegration() == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `puts no secret into the events`(backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.enableOkta(.acme, by: .system)
            try await store.enableOkta(.globex, by: .system)
            try await store.disableOkta(by: .system)

            let events = "\(try await store.events(EventQuery(limit: 100)))"

            #expect(events.contains("0oaglobex"))
            for credentials in [OktaCredentials.acme, .globex] {
                #expect(!events.contains(credentials.clientSecret.value))
                #expect(!events.contains(credentials.apiToken.value))
            }
        }
    }
}
