import Access
import Directory
import OktaSimulator
import Storage
import Sync
import Testing

@Suite struct `A sync that cannot be finished` {
    @Test func `changes nothing where one group's members cannot be read`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            try acme.org.suspend(acme.ana)
            acme.org.faults.add(.init(.status(400, body: "{}"), at: "/api/v1/groups/\(acme.sales)/users"))

            let run = try await acme.sync()

            #expect(run.state == .failed)
            #expect(run.problem?.what.isEmpty == false && run.problem?.remedy.isEmpty == false)
            #expect(try await acme.facts(acme.ana)?.user.status == .active)
            #expect(try await acme.reachesBerlin(acme.chloe))
        }
    }

    @Test func `stops with the remedy where the token was revoked, and works again with a new one`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            for token in acme.org.tokens { try acme.org.revokeToken(token.id) }

            let run = try await acme.sync()

            let integration = try #require(try await acme.store.oktaIntegration())
            #expect(run.state == .failed)
            #expect(integration.status == .stopped)
            #expect(integration.problem?.what == "Okta does not accept the API token.")
            #expect(integration.problem?.remedy.contains("Security > API > Tokens") == true)
            #expect(try await acme.reachesBerlin(acme.ana))

            let old = try #require(try await acme.store.oktaCredentials())
            let token = try acme.org.createToken("Timus again", owner: acme.org.administrator).value
            try await acme.store.enableOkta(
                OktaCredentials(
                    domain: old.domain,
                    issuer: old.issuer,
                    clientID: old.clientID,
                    clientSecret: old.clientSecret,
                    apiToken: Secret(token)
                ),
                by: .system
            )
            #expect(try await acme.sync().state == .succeeded)
            #expect(try await acme.store.oktaIntegration()?.status == .active)
        }
    }

    @Test func `is not stopped by a single 401`() async throws {
        try await Acme.run { acme in
            acme.org.faults.add(.init(.tokenRejected, at: "/api/v1/groups", request: 1))

            let run = try await acme.sync()

            #expect(run.state == .succeeded)
            #expect(try await acme.store.oktaIntegration()?.status == .active)
        }
    }

    @Test func `is stopped by an answer that is no answer of Okta`() async throws {
        try await Acme.run { acme in
            acme.org.faults.add(.init(.html(), at: "/api/v1/groups"))

            let run = try await acme.sync()

            #expect(run.state == .failed)
            #expect(try await acme.store.oktaIntegration()?.status == .stopped)
        }
    }

    @Test func `waits out a rate limit`() async throws {
        try await Acme.run { acme in
            acme.org.faults.add(.init(.rateLimited(resetInSeconds: 0), at: "/api/v1/groups", request: 1))

            let run = try await acme.sync()

            #expect(run.state == .succeeded)
        }
    }

    @Test func `gets over an error of Okta's server in passing`() async throws {
        try await Acme.run { acme in
            acme.org.faults.add(.init(.status(503), at: "/api/v1/groups", request: 1))

            let run = try await acme.sync()

            #expect(run.state == .succeeded)
        }
    }

    @Test func `takes nobody out of a group of which Okta lists fewer members than it counts`() async throws {
        try await Acme.run(crowd: 5) { acme in
            try await acme.sync()
            acme.org.faults.add(.init(.emptyList, at: "/api/v1/groups/\(acme.sales)/users"))

            let run = try await acme.sync()

            #expect(run.state == .succeeded)
            #expect(run.counts.membershipsRemoved == 0)
            #expect(run.warnings.contains { $0.hasPrefix("Okta counts 6 members in Sales and lists 0.") })
            #expect(try await acme.reachesBerlin(acme.chloe))
        }
    }

    @Test func `takes out of such a group whom Okta itself says to be out of it`() async throws {
        try await Acme.run(crowd: 5) { acme in
            try await acme.sync()
            try acme.org.removeMember(acme.chloe, from: acme.sales)
            acme.org.faults.add(.init(.emptyList, at: "/api/v1/groups/\(acme.sales)/users"))

            let run = try await acme.sync()

            #expect(run.counts.membershipsRemoved == 1)
            #expect(try await !acme.reachesBerlin(acme.chloe))
        }
    }

    @Test func `goes on where somebody moves from one group to another while they are read`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            try acme.org.removeMember(acme.chloe, from: acme.sales)
            try acme.org.addMember(acme.chloe, to: acme.engineering)
            // The count is that of before the move.
            acme.org.faults.add(.init(.emptyList, at: "/api/v1/groups/\(acme.sales)/users"))
            let dora = Org.Profile(firstName: "Dora", lastName: "Example", login: "dora@acme.example")
            try acme.org.addMember(try acme.org.createPerson(dora).id, to: acme.sales)

            let run = try await acme.sync()

            #expect(run.state == .succeeded)
            #expect(try await acme.facts(acme.chloe)?.groups.map(\.name) == ["Engineering"])
        }
    }

    @Test func `reads such a group again with the next look at what changed`() async throws {
        try await Acme.run(crowd: 5) { acme in
            acme.org.faults.add(.init(.emptyList, at: "/api/v1/groups/\(acme.sales)/users"))
            try await acme.sync()
            #expect(try await !acme.reachesBerlin(acme.chloe))
            acme.org.faults.clear()

            try await acme.sync(.incremental)

            #expect(try await acme.reachesBerlin(acme.chloe))
        }
    }

    @Test func `leaves the members of a group that Okta has and does not find as they are`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            acme.org.faults.add(.init(.failure(404, code: "E0000007"), at: "/api/v1/groups/\(acme.sales)/users"))

            let run = try await acme.sync()

            #expect(run.state == .succeeded)
            #expect(run.warnings == ["Okta has the group Sales and does not find its members. They stay as they were."])
            #expect(try await acme.reachesBerlin(acme.chloe))
        }
    }

    @Test func `believes no list of groups that lacks one which is there`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            acme.org.faults.hiddenGroups = [acme.sales]

            let run = try await acme.sync()

            #expect(run.counts.groupsMissing == 0)
            #expect(try await acme.reachesBerlin(acme.chloe))
        }
    }

    @Test func `finds what changed when Okta's clock is put back`() async throws {
        try await Acme.run { acme in
            acme.org.clockOffset = 7200
            try await acme.sync()
            acme.org.clockOffset = 0
            try acme.org.suspend(acme.ana)

            try await acme.sync(.incremental)

            #expect(try await !acme.reachesBerlin(acme.ana))
        }
    }

    @Test func `goes on without a group that is gone when its members are asked for`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            acme.org.faults.add(.init(.failure(404, code: "E0000007"), at: "/api/v1/groups/\(acme.sales)"))

            let run = try await acme.sync()

            #expect(run.state == .succeeded)
            #expect(run.warnings.count == 1)
            #expect(try await !acme.reachesBerlin(acme.chloe))
            #expect(try await acme.reachesBerlin(acme.ana))
        }
    }

    @Test func `is refused while another one runs`() async throws {
        try await Acme.run { acme in
            let lease = try #require(try await acme.store.acquireLease("okta-sync", owner: "another", seconds: 60))

            await #expect(throws: SyncError.alreadyRunning) { try await acme.sync() }

            try await acme.store.releaseLease(lease)
            #expect(try await acme.sync().state == .succeeded)
        }
    }

    @Test func `is refused while Synchronization Status is off`() async throws {
        try await Acme.run { acme in
            try await acme.store.setSynchronization(false, by: .system)

            await #expect(throws: SyncError.paused) { try await acme.sync() }
        }
    }

    @Test func `is refused once the integration was disabled, and access is gone`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            try await acme.store.disableOkta(by: .system)

            await #expect(throws: SyncError.notConnected) { try await acme.sync() }
            #expect(try await !acme.reachesBerlin(acme.ana))
            #expect(try await acme.facts(acme.ana)?.standing == .inactive)
        }
    }
}
