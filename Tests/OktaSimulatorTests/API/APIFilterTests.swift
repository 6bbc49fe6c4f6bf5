import Testing

@testable import OktaSimulator

@Suite struct `A list of users is narrowed` {
    /// Query, and the first names of those found in the order of their making.
    static let queries: [(String, [String])] = [
        (#"filter=status eq "SUSPENDED""#, ["Chloe"]),
        (#"filter=status EQ "SUSPENDED" or profile.login eq "ana@acme.example""#, ["Ana", "Chloe"]),
        (#"filter=status eq "ACTIVE" and (profile.firstName eq "Ana" or profile.firstName eq "Chloe")"#, ["Ana"]),
        (#"filter=profile.lastName eq "O'Brien""#, ["Grace"]),
        (#"filter=profile.firstName eq "ana""#, []),
        (#"filter=lastUpdated gt "2026-05-28T20:26:40.000Z""#, ["Chloe"]),
        (#"filter=lastUpdated ge "2026-05-28T20:26:40Z" and status eq "DEPROVISIONED""#, []),
        (#"search=profile.firstName eq "ana""#, ["Ana"]),
        (#"search=profile.department sw "Eng""#, ["Ana"]),
        (#"search=profile.email co "ACME" and profile.secondEmail pr"#, ["Grace"]),
        (#"search=status eq "ACTIVE" and profile.login sw "grace""#, ["Grace"]),
        ("q=chl", ["Chloe"]),
    ]

    @Test(arguments: queries) func `by what the query says`(query: String, names: [String]) async throws {
        try await withAPI(Self.org()) { api in
            let answer = try await api.get("/api/v1/users?" + Self.encoded(query))

            #expect(answer.json?.array?.compactMap { $0["profile"]?["firstName"]?.string } == names)
        }
    }

    @Test(
        arguments: [
            #"filter=status ne "ACTIVE""#, #"filter=not status eq "ACTIVE""#, #"filter=profile.department eq "Sales""#,
            #"filter=profile.firstName sw "A""#, #"filter=status eq "ACTIVE"#, "filter=status", "search=",
            #"search=lastUpdated gt "yesterday""#, #"filter=(status eq "ACTIVE""#,
        ]
    )
    func `but not by what Okta does not understand`(query: String) async throws {
        try await withAPI(Self.org()) { api in
            let answer = try await api.get("/api/v1/users?" + Self.encoded(query))

            #expect(answer.status == 400)
            #expect(answer.errorCode == "E0000031")
        }
    }

    @Test func `and sorted where a search asks for it, page by page`() async throws {
        try await withAPI(Self.org()) { api in
            var names: [String] = []
            var next: String? = "/api/v1/users?search=status+pr&sortBy=profile.firstName&sortOrder=desc&limit=1"
            while let path = next {
                let answer = try await api.get(path)
                names += answer.json?.array?.compactMap { $0["profile"]?["firstName"]?.string } ?? []
                next = answer.link("next")
            }
            #expect(names == ["Olivia", "Grace", "Chloe", "Ana"])
        }
    }

    @Test func `and groups by when their members changed`() async throws {
        let clock = Clock()
        let org = Org(now: { clock.now })
        let ana = try org.createPerson(.ana)
        let sales = try org.createGroup("Sales")
        try org.createGroup("Support")
        clock.advance(seconds: 60)
        try org.addMember(ana.id, to: sales.id)
        try await withAPI(org) { api in
            let changed = try await api.get(
                "/api/v1/groups?"
                    + Self.encoded(
                        #"filter=type eq "OKTA_GROUP" and (lastUpdated gt "2026-05-28T20:26:50.000Z" or "#
                            + #"lastMembershipUpdated gt "2026-05-28T20:26:50.000Z")"#
                    )
            )
            let beginning = try await api.get("/api/v1/groups?q=sup")

            #expect(changed.ids == [sales.id.description])
            #expect(beginning.ids.count == 1)
        }
    }

    private static func org() throws -> Org {
        let clock = Clock()
        let org = Org(now: { clock.now })
        func add(_ first: String, _ last: String, second: String? = nil, department: String = "Sales") throws
            -> Org.Person
        {
            try org.createPerson(
                Org.Profile(
                    firstName: first,
                    lastName: last,
                    login: "\(first.lowercased())@acme.example",
                    secondEmail: second,
                    more: ["department": .string(department)]
                ),
                credentials: .password("Correct-horse-1")
            )
        }
        _ = try add("Ana", "Silva", department: "Engineering")
        let chloe = try add("Chloe", "Martin")
        _ = try add("Grace", "O'Brien", second: "grace@mail.example")
        clock.advance(seconds: 60)
        try org.suspend(chloe.id)
        return org
    }

    private static func encoded(_ query: String) -> String {
        let parts = query.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return "\(parts[0])=\(String(parts[1]).formEncoded)"
    }
}
