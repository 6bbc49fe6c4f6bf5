import HTTPTypes
import Testing

@testable import OktaSimulator

@Suite struct `Users over the API` {
    @Test func `are given field by field in Okta's order`() async throws {
        let clock = Clock()
        let org = Org(now: { clock.now })
        let ana = try org.createPerson(
            Org.Profile(firstName: "Ana", lastName: "Silva", login: "ana.silva@acme.example"),
            credentials: .password("Correct-horse-1")
        )
        try await withAPI(org) { api in
            let answer = try await api.get("/api/v1/users?q=ana")

            let time = "2026-05-28T20:26:40.000Z"
            let origin = answer.text.firstRange(of: "http").map { range in
                String(answer.text[range.lowerBound...].prefix { $0 != "\"" }).replacing(
                    "/api/v1/users/\(ana.id)",
                    with: ""
                )
            }
            #expect(
                answer.text == """
                    [{"id":"\(ana.id)","status":"ACTIVE","created":"\(time)","activated":"\(time)",\
                    "statusChanged":"\(time)","lastLogin":null,"lastUpdated":"\(time)","passwordChanged":"\(time)",\
                    "type":{"id":"\(org.userTypeID)"},"profile":{"firstName":"Ana","lastName":"Silva",\
                    "mobilePhone":null,"secondEmail":null,"login":"ana.silva@acme.example",\
                    "email":"ana.silva@acme.example"},"credentials":{"password":{},\
                    "emails":[{"value":"ana.silva@acme.example","status":"VERIFIED","type":"PRIMARY"}],\
                    "provider":{"type":"OKTA","name":"OKTA"}},\
                    "_links":{"self":{"href":"\(origin ?? "")/api/v1/users/\(ana.id)"}}}]
                    """
            )
        }
    }

    @Test(arguments: ["ana.silva@acme.example", "ANA.SILVA@ACME.EXAMPLE", "ana.silva"])
    func `are found by login and by its first part`(name: String) async throws {
        let org = Org.acme()
        try await withAPI(org) { api in
            let answer = try await api.get("/api/v1/users/\(name.replacing("@", with: "%40"))")

            #expect(answer.ids == [] && answer.json?["profile"]?["login"]?.string == "ana.silva@acme.example")
        }
    }

    @Test func `that are not there get Okta's words`() async throws {
        try await withAPI(Org.acme()) { api in
            let answer = try await api.get("/api/v1/users/00u00000000000000000")

            #expect(answer.status == 404)
            #expect(
                answer.text.hasPrefix(
                    #"{"errorCode":"E0000007","errorSummary":"Not found: Resource not found: 00u00000000000000000 (User)","#
                        + #""errorLink":"E0000007","errorId":"oae"#
                )
            )
            #expect(answer.text.hasSuffix(#","errorCauses":[]}"#))
        }
    }

    @Test(
        arguments: [
            (#"{"password":{"value":"Correct-horse-1"}}"#, "", "ACTIVE"),
            (#"{"password":{"value":"Correct-horse-1"}}"#, "?nextLogin=changePassword", "PASSWORD_EXPIRED"),
            (#"{"password":{"value":"Correct-horse-1"}}"#, "?activate=false", "STAGED"),
            ("{}", "", "PROVISIONED"),
            ("{}", "?activate=false", "STAGED"),
            (#"{"provider":{"type":"FEDERATION","name":"FEDERATION"}}"#, "", "ACTIVE"),
        ]
    )
    func `are made with the status that their credentials give`(
        credentials: String,
        query: String,
        status: String
    ) async throws {
        try await withAPI(Org()) { api in
            let answer = try await api.post(
                "/api/v1/users\(query)",
                """
                {"profile":{"firstName":"Ben","lastName":"Okafor","login":"ben@acme.example","email":"ben@acme.example"},\
                "credentials":\(credentials)}
                """
            )

            #expect(answer.status == 200)
            #expect(answer.json?["status"]?.string == status)
        }
    }

    @Test(
        arguments: [
            ("{}", "E0000001"),
            (#"{"profile":{"firstName":"Ben","lastName":"O","login":"ben","email":"ben@acme.example"}}"#, "E0000001"),
            (
                #"{"profile":{"firstName":"A","lastName":"B","login":"ana.silva@acme.example","email":"a@b.example"}}"#,
                "E0000001"
            ),
            ("{", "E0000003"),
        ]
    )
    func `are not made from a wrong body`(body: String, code: String) async throws {
        try await withAPI(Org.acme()) { api in
            let answer = try await api.post("/api/v1/users", body)

            #expect(answer.status == 400)
            #expect(answer.errorCode == code)
        }
    }

    @Test func `keep what a partial update does not name, and lose it in a full one`() async throws {
        let org = Org()
        let ana = try org.createPerson(
            Org.Profile(
                firstName: "Ana",
                lastName: "Silva",
                login: "ana@acme.example",
                secondEmail: "ana@mail.example",
                more: ["department": .string("Sales")]
            )
        )
        try await withAPI(org) { api in
            let partial = try await api.post("/api/v1/users/\(ana.id)", #"{"profile":{"lastName":"Souza"}}"#)
            let full = try await api.call(
                .put,
                "/api/v1/users/\(ana.id)",
                #"{"profile":{"firstName":"Ana","lastName":"Souza","login":"ana@acme.example","email":"ana@acme.example"}}"#
            )

            #expect(partial.json?["profile"]?["secondEmail"]?.string == "ana@mail.example")
            #expect(partial.json?["profile"]?["department"]?.string == "Sales")
            #expect(full.json?["profile"]?["secondEmail"] == .null)
            #expect(full.json?["profile"]?["department"] == nil)
        }
    }

    @Test func `are deactivated by the first DELETE and gone after the second`() async throws {
        let org = Org.acme()
        let ben = try #require(org.person(login: "ben.okafor@acme.example"))
        let sales = try #require(org.group(named: "Sales"))
        try await withAPI(org) { api in
            let first = try await api.call(.delete, "/api/v1/users/\(ben.id)")
            let between = org.person(ben.id)?.status
            let wasMember = org.isMember(ben.id, of: sales.id)
            let second = try await api.call(.delete, "/api/v1/users/\(ben.id)")
            let after = try await api.get("/api/v1/users/\(ben.id)")

            #expect([first.status, second.status, after.status] == [204, 204, 404])
            #expect(between == .deprovisioned && wasMember)
            #expect(!org.isMember(ben.id, of: sales.id))
        }
    }

    @Test func `that are deactivated stay members but leave the plain list`() async throws {
        let org = Org.acme()
        let ana = try #require(org.person(login: "ana.silva@acme.example"))
        let engineering = try #require(org.group(named: "Engineering"))
        try org.deactivate(ana.id)
        try await withAPI(org) { api in
            let members = try await api.get("/api/v1/groups/\(engineering.id)/users")
            let users = try await api.allIDs("/api/v1/users").ids
            let filtered = try await api.allIDs("/api/v1/users?filter=status+eq+%22DEPROVISIONED%22").ids

            #expect(members.ids.contains(ana.id.description))
            #expect(!users.contains(ana.id.description))
            #expect(filtered.contains(ana.id.description))
        }
    }
}
