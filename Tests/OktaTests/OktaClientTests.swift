import Foundation
import HTTPTypes
import Okta
import Testing

@Suite struct `Reading an org` {
    private static func user(_ id: String, email: String = "\"ana@acme.example\"", status: String = "ACTIVE") -> String
    {
        """
        {"id":"\(id)","status":"\(status)","type":{"id":"oty1"},"profile":{"login":"\(id)@acme.example",
        "email":\(email),"firstName":"Ana","lastName":null,"mobilePhone":null},"_links":{}}
        """
    }

    private static func group(_ id: String, name: String, stats: String = "") -> String {
        """
        {"id":"\(id)","type":"OKTA_GROUP","objectClass":["okta:user_group"],
        "profile":{"name":"\(name)","description":null}\(stats)}
        """
    }

    @Test func `follows the link to the next page as given, and sends the token`() async throws {
        let answering: OddServer.Handler = { request, origin in
            request.target.contains("after=")
                ? .page("[\(Self.group("00g2", name: "Sales"))]")
                : .page(
                    "[\(Self.group("00g1", name: "Engineering"))]",
                    next: "\(origin)/odd/place?after=%2B1&limit=200"
                )
        }
        try await OddServer.run(answering: answering) { server, http in
            let client = try server.client(http, token: " SSWS 00token\n")
            let groups = try await client.groups()

            #expect(groups.items.map(\.name) == ["Engineering", "Sales"])
            #expect(groups.notes.isEmpty)
            #expect(server.asked.map(\.target) == ["/api/v1/groups?limit=200", "/odd/place?after=%2B1&limit=200"])
            #expect(server.asked.allSatisfy { $0.headers[.authorization] == "SSWS 00token" })
            #expect(server.asked.allSatisfy { $0.headers[.userAgent] == "Timus/1.0" })
            #expect(client.requestCount == 2)
        }
    }

    @Test func `asks for member counts where they are wanted`() async throws {
        let stats = #","_embedded":{"stats":{"usersCount":12,"appsCount":0}}"#
        try await OddServer.run(answering: { _, _ in .page("[\(Self.group("00g1", name: "Sales", stats: stats))]") }) {
            server,
            http in
            let groups = try await server.client(http).groups(memberCounts: true).items

            #expect(groups.map(\.usersCount) == [12])
            #expect(server.asked.map(\.target) == ["/api/v1/groups?limit=200&expand=stats"])
        }
    }

    @Test func `tells how far it is, page by page`() async throws {
        let answering: OddServer.Handler = { request, origin in
            request.target.contains("after=")
                ? .page("[\(Self.user("00u2"))]")
                : .page("[\(Self.user("00u1"))]", next: "\(origin)/next?after=1")
        }
        try await OddServer.run(answering: answering) { server, http in
            try await confirmation(expectedCount: 2) { page in
                _ = try await server.client(http).members(of: "00g1") { _ in page() }
            }
            #expect(server.asked.first?.target == "/api/v1/groups/00g1/users?limit=1000")
        }
    }

    @Test func `does not send the token to another host`() async throws {
        let elsewhere = "http://localhost:1/api/v1/groups?after=1"
        try await OddServer.run(answering: { _, _ in .page("[]", next: elsewhere) }) { server, http in
            await #expect(throws: OktaError.notOkta(host: "127.0.0.1", came: "a link to another host")) {
                try await server.client(http).groups()
            }
            #expect(server.asked.count == 1)
        }
    }

    @Test func `ends when the next page is the same page`() async throws {
        let answering: OddServer.Handler = { request, origin in .page("[]", next: "\(origin)/next?after=1") }
        try await OddServer.run(answering: answering) { server, http in
            await #expect(throws: OktaError.notOkta(host: "127.0.0.1", came: "a list without an end")) {
                try await server.client(http).groups()
            }
        }
    }

    @Test func `keeps a user without e-mail, and one with a new status`() async throws {
        let body = "[\(Self.user("00u1", email: "null")),\(Self.user("00u2", email: "\"\"", status: "NEW"))]"
        try await OddServer.run(answering: { _, _ in .page(body) }) { server, http in
            let members = try await server.client(http).members(of: "00g1")

            #expect(members.items.map(\.email) == [nil, nil])
            #expect(members.items.map(\.status) == ["ACTIVE", "NEW"])
            #expect(members.notes.isEmpty)
        }
    }

    @Test func `skips the one user that cannot be read, and says so`() async throws {
        let odd = #"{"id":"00u2","status":"ACTIVE","profile":{"login":42}}"#
        let body = "[\(Self.user("00u1")),\(odd),7,\(Self.user("00u3"))]"
        try await OddServer.run(answering: { _, _ in .page(body) }) { server, http in
            let members = try await server.client(http).members(of: "00g1")

            #expect(members.items.map(\.id) == ["00u1", "00u3"])
            #expect(
                members.notes == [
                    "User 00u2 was skipped: what Okta says of it could not be read.",
                    "User ? was skipped: what Okta says of it could not be read.",
                ]
            )
        }
    }

    @Test func `keeps a user that comes twice once, as it came last`() async throws {
        let body = "[\(Self.user("00u1")),\(Self.user("00u1", status: "SUSPENDED"))]"
        try await OddServer.run(answering: { _, _ in .page(body) }) { server, http in
            let members = try await server.client(http).members(of: "00g1")

            #expect(members.items.map(\.status) == ["SUSPENDED"])
        }
    }

    @Test func `reads a group in small pages when large ones fail`() async throws {
        let answering: OddServer.Handler = { request, _ in
            request.target.contains("limit=1000") ? .refusal(500, "E0000009") : .page("[\(Self.user("00u1"))]")
        }
        try await OddServer.run(answering: answering) { server, http in
            let members = try await server.client(http).members(of: "00g1")

            #expect(members.items.map(\.id) == ["00u1"])
            #expect(members.notes.count == 1)
            #expect(server.asked.map(\.target).last == "/api/v1/groups/00g1/users?limit=200")
            #expect(server.asked.count == 2)
        }
    }

    @Test func `cannot be led astray by an id`() async throws {
        let answering: OddServer.Handler = { _, _ in .refusal(404, "E0000007") }
        try await OddServer.run(answering: answering) { server, http in
            await #expect(throws: OktaError.notFound(.user("../groups?a=b#c"))) {
                try await server.client(http).user("../groups?a=b#c")
            }
            #expect(server.asked.map(\.target) == ["/api/v1/users/..%2Fgroups%3Fa%3Db%23c"])
        }
    }

    @Test func `reads what changed since a time`() async throws {
        try await OddServer.run(answering: { _, _ in .page("[]") }) { server, http in
            let time = Date(timeIntervalSince1970: 1_800_000_000.5)
            _ = try await server.client(http).users(changedSince: time)

            let filter = "lastUpdated%20gt%20%222027-01-15T08%3A00%3A00.500Z%22"
            #expect(server.asked.map(\.target) == ["/api/v1/users?limit=200&filter=\(filter)"])
        }
    }
}
