import HTTPTypes
import Testing

@testable import OktaSimulator

@Suite struct `A caller of the API` {
    @Test(arguments: ["SSWS ", "SSWS", "ssws "]) func `is let in with a token, with or without a space`(
        scheme: String
    ) async throws {
        let org = Org.acme()
        let token = try org.createToken("sync", owner: org.administrator).value
        try await withAPI(org) { api in
            let answer = try await api.call(.get, "/api/v1/users/me", as: scheme + token)

            #expect(answer.status == 200)
            #expect(answer.json?["id"]?.string == org.administrator.description)
        }
    }

    @Test(
        arguments: [
            (nil, "403 E0000005"), ("SSWS 00wrong", "401 E0000011"), ("Bearer wrong", "401 E0000011"),
            ("Basic YTpi", "403 E0000005"),
        ]
    )
    func `is refused without a good one`(authorization: String?, refusal: String) async throws {
        try await withAPI(Org.acme()) { api in
            let answer = try await api.call(.get, "/api/v1/users", as: authorization)

            #expect("\(answer.status) \(answer.errorCode ?? "")" == refusal)
        }
    }

    @Test func `is refused once the token is revoked, idle for thirty days, or its owner deactivated`() async throws {
        let clock = Clock()
        let org = Org(now: { clock.now })
        let admin = try org.createPerson(.ana, credentials: .password("Correct-horse-1"))
        try org.setRole(.superAdmin, of: admin.id)
        let revoked = try org.createToken("revoked", owner: org.administrator)
        let orphaned = try org.createToken("orphaned", owner: admin.id)
        let idle = try org.createToken("idle", owner: org.administrator)
        try org.revokeToken(revoked.token.id)
        try org.deactivate(admin.id)
        clock.advance(seconds: 31 * 86_400)
        try await withAPI(org) { api in
            for value in [revoked.value, orphaned.value, idle.value] {
                let answer = try await api.call(.get, "/api/v1/groups", as: "SSWS \(value)")
                #expect(answer.errorCode == "E0000011")
            }
        }
    }

    @Test func `may do what the owner of the token may do now`() async throws {
        let org = Org.acme()
        let ana = try #require(org.person(login: "ana.silva@acme.example"))
        try org.setRole(.readOnlyAdmin, of: ana.id)
        let token = try org.createToken("sync", owner: ana.id).value
        try await withAPI(org) { api in
            let reads = try await api.call(.get, "/api/v1/groups", as: "SSWS \(token)")
            let writes = try await api.call(.post, "/api/v1/users/\(ana.id)/lifecycle/suspend", as: "SSWS \(token)")
            try org.setRole(.custom(["okta.users.read"]), of: ana.id)
            let readsUsers = try await api.call(.get, "/api/v1/users", as: "SSWS \(token)")
            let readsGroups = try await api.call(.get, "/api/v1/groups", as: "SSWS \(token)")

            #expect([reads.status, writes.status, readsUsers.status, readsGroups.status] == [200, 403, 200, 403])
            #expect(writes.errorCode == "E0000006")
        }
    }

    @Test func `sees only the groups that a group administrator was given`() async throws {
        let org = Org.acme()
        let ana = try #require(org.person(login: "ana.silva@acme.example"))
        let sales = try #require(org.group(named: "Sales"))
        let legal = try #require(org.group(named: "Legal"))
        try org.setRole(.groupAdmin([sales.id]), of: ana.id)
        let token = "SSWS " + (try org.createToken("sync", owner: ana.id).value)
        try await withAPI(org) { api in
            let groups = try await api.call(.get, "/api/v1/groups", as: token)
            let users = try await api.call(.get, "/api/v1/users?limit=200", as: token)
            let other = try await api.call(.get, "/api/v1/groups/\(legal.id)/users", as: token)

            #expect(groups.ids == [sales.id.description])
            let members = try org.members(of: sales.id).filter { $0.status != .deprovisioned }
            #expect(users.ids == members.map(\.id.description))
            #expect(other.status == 403)
        }
    }

    @Test func `with an access token needs the scope, granted still`() async throws {
        let org = Org.acme()
        let app = try org.createApp(Org.AppSettings(label: "Timus", signInRedirectURIs: ["https://timus.example/cb"]))
        try org.grantScope("okta.users.read", to: app.id)
        let token = org.issueAccessToken(
            client: app.id,
            person: org.administrator,
            scopes: ["openid", "okta.users.read", "okta.groups.read"]
        ).value
        try await withAPI(org) { api in
            let users = try await api.call(.get, "/api/v1/users", as: "Bearer \(token)")
            let groups = try await api.call(.get, "/api/v1/groups", as: "Bearer \(token)")
            try org.revokeScope("okta.users.read", from: app.id)
            let after = try await api.call(.get, "/api/v1/users", as: "Bearer \(token)")

            #expect([users.status, groups.status, after.status] == [200, 403, 403])
            #expect(groups.errorCode == "E0000006")
            #expect(groups.headers[.wwwAuthenticate]?.contains(#"error="insufficient_scope""#) == true)
        }
    }
}

extension APIClient {
    fileprivate func call(
        _ method: HTTPRequest.Method,
        _ path: String,
        as authorization: String?
    ) async throws -> Answer {
        try await APIClient(client: client, authorization: authorization).call(method, path)
    }
}
