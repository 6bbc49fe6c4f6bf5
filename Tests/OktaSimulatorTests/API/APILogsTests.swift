import Foundation
import HTTPTypes
import Testing

@testable import OktaSimulator

@Suite struct `The System Log in the API` {
    /// An org at a clock that a test moves, in which some groups are made, a minute after each other.
    private static func org(_ clock: Clock, groups: Int = 0) throws -> Org {
        let org = Org(rateLimits: .none, now: { clock.now })
        for number in 0..<groups {
            try org.createGroup("Group \(number)")
            clock.advance(seconds: 60)
        }
        return org
    }

    @Test func `tells who did what to whom, and when`() async throws {
        let clock = Clock()
        let org = try Self.org(clock)
        let ana = try org.createPerson(.ana, credentials: .password("Correct-horse-1"))
        try await withAPI(org) { api in
            clock.advance(seconds: 0.25)
            _ = try await api.post("/api/v1/users/\(ana.id)/lifecycle/suspend")
            let log = try await api.get(#"/api/v1/logs?filter=eventType%20eq%20%22user.lifecycle.suspend%22"#)

            let event = try #require(log.json?.array?.first)
            #expect(log.json?.array?.count == 1)
            #expect(event["published"]?.string == "2026-05-28T20:26:40.250Z")
            #expect(event["actor"]?["id"]?.string == org.administrator.description)
            #expect(event["target"]?.array?.map { $0["id"]?.string } == [ana.id.description])
            #expect(event["displayMessage"]?.string == "Suspend okta user")
            #expect(event["uuid"]?.string?.count == 36)
        }
    }

    @Test func `without an end has always a next page, which holds what came since`() async throws {
        let org = try Self.org(Clock(), groups: 7)
        try await withAPI(org) { api in
            let path = #"/api/v1/logs?limit=3&filter=eventType%20eq%20%22group.lifecycle.create%22"#
            let first = try await api.get(path)
            let second = try await api.get(try #require(first.link("next")))
            let third = try await api.get(try #require(second.link("next")))
            let empty = try await api.get(try #require(third.link("next")))
            let group = try org.createGroup("New")
            let last = try await api.get(try #require(empty.link("next")))

            #expect([first, second, third, empty].map { $0.json?.array?.count } == [3, 3, 1, 0])
            #expect(last.groups == [group.name])
            #expect([first, second, third].flatMap(\.groups) == (0..<7).map { "Group \($0)" })
            #expect(last.link("next") != nil)
        }
    }

    @Test func `loses nothing to a clock that goes back`() async throws {
        let clock = Clock()
        let org = try Self.org(clock, groups: 2)
        try await withAPI(org) { api in
            let first = try await api.get("/api/v1/logs?since=2026-05-28T00:00:00.000Z")
            org.clockOffset = -30 * 86_400
            try org.createGroup("Earlier")
            let next = try await api.get(try #require(first.link("next")))

            #expect(next.groups == ["Earlier"])
        }
    }

    @Test(arguments: [
        ("ASCENDING", ["Group 1", "Group 2", "Group 3"]), ("DESCENDING", ["Group 3", "Group 2", "Group 1"]),
    ])
    func `between two times comes in pages that end`(order: String, groups: [String]) async throws {
        let org = try Self.org(Clock(), groups: 6)
        try await withAPI(org) { api in
            let span = "since=2026-05-28T20:27:00.000Z&until=2026-05-28T20:29:40.000Z"
            let first = try await api.get("/api/v1/logs?\(span)&sortOrder=\(order)&limit=2")
            let second = try await api.get(try #require(first.link("next")))

            #expect(first.groups == Array(groups.prefix(2)))
            #expect(second.groups == Array(groups.suffix(1)))
            #expect(second.link("next") == nil)
        }
    }

    @Test(
        arguments: [
            (#"eventType eq "group.lifecycle.create" or eventType eq "system.api_token.create""#, 4),
            (#"eventType eq "group.lifecycle.create" and target.displayName eq "Group 1""#, 1),
            (#"target.type eq "UserGroup""#, 3), (#"eventType sw "group.""#, 3), (#"eventType eq "nothing""#, 0),
        ]
    )
    func `is filtered`(filter: String, count: Int) async throws {
        let org = try Self.org(Clock(), groups: 3)
        try await withAPI(org) { api in
            let answer = try await api.get("/api/v1/logs?filter=\(filter.formEncoded)")

            #expect(answer.json?.array?.count == count)
        }
    }

    @Test func `is searched for words`() async throws {
        let org = try Self.org(Clock(), groups: 2)
        try org.createGroup("Berlin")
        try await withAPI(org) { api in
            let answer = try await api.get("/api/v1/logs?q=CREATE%20berlin")

            #expect(answer.groups == ["Berlin"])
        }
    }

    @Test func `comes in pages of a hundred, and a thousand at most`() async throws {
        let org = try Self.org(Clock())
        for number in 0..<1_200 { try org.createGroup("Group \(number)") }
        try await withAPI(org) { api in
            let usual = try await api.get("/api/v1/logs")
            let most = try await api.get("/api/v1/logs?limit=5000")

            #expect(usual.json?.array?.count == 100 && most.json?.array?.count == 1_000)
            #expect(usual.link("self") == "/api/v1/logs?limit=100")
            #expect(most.link("self") == "/api/v1/logs?limit=1000")
        }
    }

    @Test(
        arguments: [
            ("filter=published%20eq%20%222026%22", "E0000053"), ("filter=eventType%20eq", "E0000053"),
            ("since=2025-01-01T00:00:00.000Z", "E0000053"), ("since=yesterday", "E0000001"),
            ("until=soon", "E0000001"), ("after=nonsense", "E0000029"), ("limit=-1", "E0000001"),
        ]
    )
    func `refuses what makes no sense`(query: String, code: String) async throws {
        try await withAPI(try Self.org(Clock(), groups: 1)) { api in
            let answer = try await api.get("/api/v1/logs?\(query)")

            #expect(answer.status == 400 && answer.errorCode == code)
        }
    }

    @Test(arguments: [("okta.logs.read", 200), ("okta.users.read", 403)]) func `asks for its own scope and bucket`(
        scope: String,
        status: Int
    ) async throws {
        let org = Org()
        try org.setRole(.custom([scope]), of: org.administrator)
        try await withAPI(org) { api in
            let answer = try await api.get("/api/v1/logs")

            #expect(answer.status == status)
            #expect(answer.headers[.rateLimitLimit] == "60")
        }
    }
}

extension APIClient.Answer {
    /// The names of the groups that were made, in the order of the answer.
    fileprivate var groups: [String] {
        (json?.array ?? []).compactMap { event in
            event["eventType"]?.string == "group.lifecycle.create"
                ? event["target"]?.array?.first?["displayName"]?.string : nil
        }
    }
}
