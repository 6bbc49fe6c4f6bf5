import AsyncHTTPClient
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import Testing

@testable import OktaSimulator

@Suite struct `The control API` {
    @Test func `moves the clock of timestamps and resets, but no window`() async throws {
        let clock = Clock()
        let org = Org(rateLimits: .integrator, now: { clock.now })
        try await withAPI(org) { api in
            let before = try await api.get("/api/v1/groups")
            try await api.control(.put, "clock", #"{"offset_seconds":-7200}"#)
            let group = try await api.post("/api/v1/groups", #"{"profile":{"name":"Berlin"}}"#)
            let told = try await api.control(.get, "clock").json

            #expect(before.rateHeaders == ["50", "49", "1780000060"])
            #expect(group.rateHeaders == ["50", "48", "1779992860"])
            #expect(group.json?["created"]?.string == "2026-05-28T18:26:40.000Z")
            #expect(told?["offset_seconds"] == .number(-7_200))
        }
    }

    @Test func `moves the Date of answers`() async throws {
        let clock = Clock()
        let org = Org(now: { clock.now })
        org.clockOffset = 86_400
        try await withSimulator(org) { origin in
            try await HTTPClient.withHTTPClient { http in
                let request = HTTPClientRequest(url: origin + "/api/v1/groups")
                let answer = try await http.execute(request, timeout: .seconds(9))
                #expect(answer.headers["Date"] == ["Fri, 29 May 2026 20:26:40 GMT"])
            }
        }
    }

    @Test func `counts requests by bucket, and starts anew`() async throws {
        let org = Org(rateLimits: .none)
        try await withAPI(org) { api in
            _ = try await api.get("/api/v1/groups?limit=2")
            _ = try await api.get("/api/v1/groups/\(org.everyone)/users")
            _ = try await api.get("/api/v1/users/me")
            _ = try await api.get("/nothing")
            try await api.control(.post, "faults", #"{"kind":"rate-limited","path":"/api/v1/users"}"#)
            _ = try await api.get("/api/v1/users")
            let counted = try await api.control(.get, "requests").json
            try await api.control(.delete, "requests")
            let none = try await api.control(.get, "requests").json

            #expect(counted?["total"] == .number(4) && counted?["refused"] == .number(1))
            #expect(
                counted?["buckets"]
                    == .object([
                        "/api/v1/groups": .number(2), "/api/v1/users": .number(1), "/api/v1/users/{id}": .number(1),
                    ])
            )
            let first = counted?["requests"]?.array?.first
            #expect(first?["path"]?.string == "/api/v1/groups" && first?["query"]?.string == "limit=2")
            #expect(none?["total"] == .number(0) && none?["requests"] == .array([]))
        }
    }

    @Test func `keeps no more of the requests than it needs`() {
        let log = Org.RequestLog()
        let request = Org.AnsweredRequest(
            method: "GET",
            path: "/api/v1/groups",
            query: nil,
            status: 200,
            at: Date(),
            bucket: .groups
        )
        for _ in 1...50_000 { log.note(request) }

        #expect(log.counts.total == 50_000)
        #expect((10_000...20_000).contains(log.all.count))
    }

    @Test func `tells the truth about the directory`() async throws {
        let org = Org.acme()
        let engineering = try #require(org.group(named: "Engineering"))
        let chloe = try #require(org.person(login: "chloe.martin@acme.example"))
        try await withAPI(org) { api in
            try await api.control(.post, "faults", #"{"kind":"token-revoked","path":"/**","count":null}"#)
            let whole = try await api.control(.get, "directory").json
            let rest = try await api.control(.get, "directory?everyone=false").json

            let members = try org.members(of: engineering.id).map { JSON.string($0.id.description) }
            #expect(whole?["groups"]?[engineering.id.description]?["members"] == .array(members))
            #expect(whole?["groups"]?[org.everyone.description]?["members"]?.array?.count == 201)
            #expect(rest?["groups"]?[org.everyone.description]?["members"] == .array([]))
            #expect(whole?["users"]?.object?.count == 201)
            #expect(whole?["users"]?[chloe.id.description]?["status"]?.string == "SUSPENDED")
        }
    }
}
