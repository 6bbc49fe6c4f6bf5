import AsyncHTTPClient
import Foundation
import Logging
import Okta
import OktaSimulator
import Testing

@Suite struct `Reading a simulated org` {
    /// An org, a client of it, and what the client may be told to wait on.
    private struct Scene {
        let org: Org
        let client: OktaClient
        let http: HTTPClient
        let time: MovedClock
        let origin: String
        let integration: Org.Integration
    }

    private static func run(
        _ org: Org,
        role: Org.AdministratorRole? = nil,
        _ body: (Scene) async throws -> Void
    ) async throws {
        try await withSimulator(org) { origin in
            let integration = try org.integrateTimus(redirectURI: "http://127.0.0.1:9/user/external")
            var token = integration.apiToken
            if let role {
                let ana = try org.createPerson(
                    .init(firstName: "Ana", lastName: "Silva", login: "ana.admin@acme.example"),
                    credentials: .password("Berlin-2026-secret!")
                )
                try org.setRole(role, of: ana.id)
                token = try org.createToken("ana's", owner: ana.id).value
            }
            let http = HTTPClient(configuration: OktaClient.httpConfiguration())
            let time = MovedClock()
            let client = OktaClient(
                domain: try OktaDomain(origin, allowingLocal: true),
                token: token,
                http: http,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
                clock: time.clock
            )
            let scene = Scene(
                org: org,
                client: client,
                http: http,
                time: time,
                origin: origin,
                integration: integration
            )
            let result: Result<Void, any Error>
            do { result = .success(try await body(scene)) } catch { result = .failure(error) }
            try await http.shutdown()
            try result.get()
        }
    }

    @Test func `finds every group and every member, page by page`() async throws {
        try await Self.run(.generated(people: 2500, groups: 450)) { scene in
            let groups = try await scene.client.groups(memberCounts: true)
            #expect(groups.items.count == scene.org.groupCount)
            #expect(Set(groups.items.map(\.id)).count == 451)
            #expect(groups.notes.isEmpty)
            #expect(scene.client.requestCount == 3)

            let employees = try #require(groups.items.first { $0.name == "All Employees" })
            let members = try await scene.client.members(of: employees.id)
            #expect(members.items.count == employees.usersCount)
            #expect(members.items.count > 2000)
            #expect(Set(members.items.map(\.id)).count == members.items.count)
            #expect(scene.client.requestCount == 6)
            #expect(scene.time.slept.isEmpty)
        }
    }

    @Test func `sees deactivated and suspended users as such, still in their groups`() async throws {
        let org = Org()
        let berlin = try org.createGroup("Berlin")
        for (name, change) in [("ana", org.suspend), ("ben", org.deactivate)] {
            let person = try org.createPerson(
                .init(firstName: name, lastName: "Silva", login: "\(name)@acme.example"),
                credentials: .password("Berlin-2026-secret!"),
                groups: [berlin.id]
            )
            try change(person.id)
        }
        try await Self.run(org) { scene in
            let members = try await scene.client.members(of: berlin.id.description).items

            let statuses = Dictionary(uniqueKeysWithValues: members.map { ($0.login, $0.status) })
            #expect(statuses == ["ana@acme.example": "SUSPENDED", "ben@acme.example": "DEPROVISIONED"])
        }
    }

    @Test func `sees what changed since a time, and who left`() async throws {
        let org = Org.generated(people: 30, groups: 3)
        try await Self.run(org) { scene in
            let start = Date().addingTimeInterval(-2)
            let ana = try #require(org.people(limit: 5) { $0.status == .active && $0.id != org.administrator }.first)
            try org.deactivate(ana.id)

            let changed = try await scene.client.users(changedSince: start).items
            let ids = changed.filter { $0.status == "DEPROVISIONED" }.map(\.id)
            #expect(ids == [ana.id.description])

            try org.createGroup("Berlin")
            let groups = try await scene.client.groups(changedSince: start).items
            #expect(groups.map(\.name).contains("Berlin"))
            #expect(groups.count < org.groupCount)
        }
    }

    @Test func `tells a group that is gone from an org that refuses`() async throws {
        let org = Org()
        let berlin = try org.createGroup("Berlin").id
        try await Self.run(org) { scene in
            try org.deleteGroup(berlin)
            await #expect(throws: OktaError.notFound(.group(berlin.description))) {
                try await scene.client.members(of: berlin.description)
            }

            for token in org.tokens { try org.revokeToken(token.id) }
            await #expect(throws: OktaError.tokenRejected) { try await scene.client.groups() }
        }
    }

    @Test func `is not permitted to a token that may read users only`() async throws {
        try await Self.run(Org(), role: .custom(["okta.users.read"])) { scene in
            await #expect(throws: OktaError.notPermitted(to: .readGroups)) { try await scene.client.groups() }
        }
    }

    @Test func `waits for Okta's next window after a refusal, then goes on`() async throws {
        let org = Org.generated(people: 10, groups: 250)
        org.faults.add(.init(.rateLimited(resetInSeconds: 30), at: "/api/v1/groups", request: 2))
        try await Self.run(org) { scene in
            let groups = try await scene.client.groups()

            #expect(groups.items.count == org.groupCount)
            #expect(scene.time.slept.count == 1)
            // The server's Date may lag behind on a busy machine, never by half a minute.
            #expect(scene.time.slept.allSatisfy { (28...60).contains($0) })
            #expect(scene.client.requestCount == 3)
        }
    }

    @Test func `mends a page whose connection ended, and one that failed in passing`() async throws {
        let org = Org.generated(people: 10, groups: 250)
        org.faults.add(.init(.status(503), at: "/api/v1/groups", request: 1))
        org.faults.add(.init(.cutOff, at: "/api/v1/groups", request: 3))
        try await Self.run(org) { scene in
            let groups = try await scene.client.groups()

            #expect(groups.items.count == org.groupCount)
            #expect(scene.time.slept == [1, 1])
        }
    }

    @Test func `gives no part of a list whose second page is a web page`() async throws {
        let org = Org.generated(people: 10, groups: 250)
        org.faults.add(.init(.html(), at: "/api/v1/groups", requests: 2...9))
        try await Self.run(org) { scene in
            await #expect(throws: OktaError.notOkta(host: "127.0.0.1", came: "a web page")) {
                try await scene.client.groups()
            }
        }
    }

    @Test func `does not wait for ever for an answer`() async throws {
        let org = Org()
        org.faults.add(.init(.delay(.seconds(1)), at: "/api/v1/groups"))
        try await Self.run(org) { scene in
            var limits = OktaClient.Limits()
            limits.wholeRequest = .milliseconds(50)
            limits.retries = 0
            let client = OktaClient(
                domain: try OktaDomain(scene.origin, allowingLocal: true),
                token: scene.integration.apiToken,
                http: scene.http,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
                limits: limits
            )
            await #expect(throws: OktaError.timedOut(host: "127.0.0.1")) { try await client.groups() }
        }
    }

    @Test func `stops when its task is cancelled`() async throws {
        let org = Org()
        org.faults.add(.init(.delay(.seconds(1)), at: "/api/v1/groups"))
        try await Self.run(org) { scene in
            let client = scene.client
            let reading = Task { () async throws(OktaError) in try await client.groups() }
            while client.requestCount == 0 { await Task.yield() }
            reading.cancel()

            await #expect(throws: OktaError.cancelled) { try await reading.value }
        }
    }

    @Test func `passes the check of what was entered`() async throws {
        try await Self.run(.generated(people: 20, groups: 5)) { scene in
            let check = ConnectionCheck(
                http: scene.http,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
                allowingLocal: true,
                credentials: { _, _, _ in nil }
            )
            let report = await check.run(
                domain: scene.origin + "/oauth2/default",
                clientID: scene.integration.clientID,
                clientSecret: scene.integration.clientSecret,
                apiToken: scene.integration.apiToken
            )

            #expect(report.passed)
            #expect(report.checks.last?.title == "Found 6 groups")
            #expect(report.groups.allSatisfy { $0.usersCount != nil })
        }
    }
}
