import HTTPTypes
import Testing

@testable import OktaSimulator

@Suite struct `Lists come in pages` {
    @Test(arguments: [1, 7, 200]) func `that together hold each user once`(limit: Int) async throws {
        let org = Org.generated(people: 450, groups: 5, rateLimits: .none)
        try await withAPI(org) { api in
            let (ids, pages) = try await api.allIDs("/api/v1/users?limit=\(limit)")

            let listed = org.people { $0.status != .deprovisioned }
            #expect(Set(ids) == Set(listed.map(\.id.description)))
            #expect(ids.count == listed.count)
            #expect(pages == (listed.count + limit - 1) / limit)
        }
    }

    @Test func `of at most two hundred users, whatever was asked for`() async throws {
        try await withAPI(Org.generated(people: 450, groups: 5)) { api in
            let answer = try await api.get("/api/v1/users?limit=1000")

            #expect(answer.ids.count == 200)
            #expect(answer.link("self") == "/api/v1/users?limit=200")
        }
    }

    @Test func `of a thousand members where nothing was asked for`() async throws {
        let org = Org.generated(people: 1_500, groups: 2)
        let group = try #require(org.group(named: "All Employees"))
        try await withAPI(org) { api in
            let first = try await api.get("/api/v1/groups/\(group.id)/users")
            let (ids, pages) = try await api.allIDs("/api/v1/groups/\(group.id)/users")

            #expect(first.ids.count == 1_000)
            #expect(first.link("self") == "/api/v1/groups/\(group.id)/users?limit=1000")
            #expect(ids == (try org.members(of: group.id)).map(\.id.description))
            #expect(pages == 2)
        }
    }

    @Test func `with self and next on lines of their own, in this order`() async throws {
        try await withAPI(Org.acme()) { api in
            let answer = try await api.get(#"/api/v1/users?filter=status%20eq%20%22ACTIVE%22&limit=2"#)

            let lines = answer.headers[values: .link]
            #expect(lines.count == 2)
            #expect(
                lines.first?.hasSuffix(#"/api/v1/users?limit=2&filter=status+eq+%22ACTIVE%22>; rel="self""#) == true
            )
            #expect(lines.last?.contains("/api/v1/users?after=00u") == true)
            #expect(lines.last?.hasSuffix(#"&limit=2&filter=status+eq+%22ACTIVE%22>; rel="next""#) == true)
        }
    }

    @Test(arguments: ["nonsense", "00g12345678901234567"]) func `but not from a made-up cursor`(
        cursor: String
    ) async throws {
        try await withAPI(Org.acme()) { api in
            let answer = try await api.get("/api/v1/users?after=\(cursor)")

            #expect(answer.status == 400)
            #expect(answer.errorCode == "E0000029")
        }
    }

    @Test func `and go on where they were when the last one shown is deleted`() async throws {
        let org = Org.generated(people: 50, groups: 2)
        let group = try #require(org.group(named: "All Employees"))
        try await withAPI(org) { api in
            let first = try await api.get("/api/v1/groups/\(group.id)/users?limit=10")
            let last = Org.Person.ID(try #require(first.ids.last))
            try org.deactivate(last)
            try org.deletePerson(last)

            let second = try await api.get(try #require(first.link("next")))

            #expect(second.ids == (try org.members(of: group.id)).dropFirst(9).prefix(10).map(\.id.description))
        }
    }

    @Test func `of groups, Everyone among them, with the counts that stats add`() async throws {
        let org = Org.acme()
        try await withAPI(org) { api in
            let answer = try await api.get("/api/v1/groups?expand=stats")

            let groups = try #require(answer.json?.array)
            #expect(groups.count == 13)
            for group in groups {
                let id = Org.Group.ID(try #require(group["id"]?.string))
                let count = group["_embedded"]?["stats"]?["usersCount"]
                #expect(count == .number(Double(org.memberCount(of: id))))
            }
        }
    }
}
