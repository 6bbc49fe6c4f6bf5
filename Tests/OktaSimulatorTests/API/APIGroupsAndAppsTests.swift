import HTTPTypes
import Testing

@testable import OktaSimulator

@Suite struct `Groups over the API` {
    @Test func `are made, renamed, filled, emptied and deleted`() async throws {
        let org = Org.acme()
        let ana = try #require(org.person(login: "ana.silva@acme.example"))
        try await withAPI(org) { api in
            let made = try await api.post("/api/v1/groups", #"{"profile":{"name":"Night shift"}}"#)
            let id = try #require(made.json?["id"]?.string)
            let renamed = try await api.call(
                .put,
                "/api/v1/groups/\(id)",
                #"{"profile":{"name":"Late shift","description":"After ten"}}"#
            )
            let added = try await api.call(.put, "/api/v1/groups/\(id)/users/\(ana.id)")
            let members = try await api.get("/api/v1/groups/\(id)/users")
            let groups = try await api.get("/api/v1/users/\(ana.id)/groups")
            let removed = try await api.call(.delete, "/api/v1/groups/\(id)/users/\(ana.id)")
            let deleted = try await api.call(.delete, "/api/v1/groups/\(id)")
            let gone = try await api.get("/api/v1/groups/\(id)")

            #expect(made.json?["profile"]?["description"] == .null)
            #expect(renamed.json?["profile"]?["name"]?.string == "Late shift")
            #expect(members.ids == [ana.id.description])
            #expect(groups.ids.contains(id) && groups.ids.contains(org.everyone.description))
            #expect([added.status, removed.status, deleted.status, gone.status] == [204, 204, 204, 404])
        }
    }

    @Test func `may not share a name, and Everyone may not be changed`() async throws {
        let org = Org.acme()
        try await withAPI(org) { api in
            let twice = try await api.post("/api/v1/groups", #"{"profile":{"name":"sales"}}"#)
            let renamed = try await api.call(.put, "/api/v1/groups/\(org.everyone)", #"{"profile":{"name":"All"}}"#)
            let deleted = try await api.call(.delete, "/api/v1/groups/\(org.everyone)")

            #expect(twice.status == 400)
            #expect(
                twice.text.contains("name: An object with this field already exists in the current organization")
            )
            #expect([renamed.status, deleted.status] == [403, 403])
        }
    }
}

@Suite struct `Apps over the API` {
    @Test func `list who has them, themselves or through a group`() async throws {
        let org = Org.acme()
        let dana = try #require(org.person(login: "dana.kim@acme.example"))
        let sales = try #require(org.group(named: "Sales"))
        let app = try org.createApp(Org.AppSettings(label: "Timus", signInRedirectURIs: ["https://timus.example/cb"]))
        try await withAPI(org) { api in
            let person = try await api.post("/api/v1/apps/\(app.id)/users", #"{"id":"\#(dana.id)","scope":"USER"}"#)
            let group = try await api.call(.put, "/api/v1/apps/\(app.id)/groups/\(sales.id)")
            let (users, _) = try await api.allIDs("/api/v1/apps/\(app.id)/users?limit=3&expand=user")
            let groups = try await api.get("/api/v1/apps/\(app.id)/groups?expand=group")
            let appsOfGroup = try await api.get("/api/v1/groups/\(sales.id)/apps")

            #expect([person.status, group.status] == [200, 200])
            #expect(person.json?["scope"]?.string == "USER")
            let members = try org.members(of: sales.id).filter { $0.status != .deprovisioned }.map(\.id)
            #expect(users == (members + [dana.id]).sorted().map(\.description))
            #expect(groups.json?.array?.first?["_embedded"]?["group"]?["profile"]?["name"]?.string == "Sales")
            #expect(appsOfGroup.ids == [app.clientID])
        }
    }

    @Test func `are lost by unassigning`() async throws {
        let org = Org.acme()
        let ben = try #require(org.person(login: "ben.okafor@acme.example"))
        let sales = try #require(org.group(named: "Sales"))
        let app = try org.createApp(Org.AppSettings(label: "Timus", signInRedirectURIs: ["https://timus.example/cb"]))
        try org.assign(ben.id, to: app.id)
        try org.assign(sales.id, to: app.id)
        try await withAPI(org) { api in
            let person = try await api.call(.delete, "/api/v1/apps/\(app.id)/users/\(ben.id)")
            let stillAssigned = org.isAssigned(ben.id, to: app.id)
            let group = try await api.call(.delete, "/api/v1/apps/\(app.id)/groups/\(sales.id)")
            let again = try await api.call(.delete, "/api/v1/apps/\(app.id)/groups/\(sales.id)")

            #expect([person.status, group.status, again.status] == [204, 204, 404])
            #expect(stillAssigned && !org.isAssigned(ben.id, to: app.id))
        }
    }
}
