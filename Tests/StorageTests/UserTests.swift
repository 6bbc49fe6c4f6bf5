import Access
import Directory
import Testing

@testable import Storage

@Suite struct `A list of users` {
    @Test(arguments: Backend.allCases)
    func `is ordered by name and says what each may reach`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let page = try await acme.store.users(UserQuery())

            #expect(page.rows.map(\.user) == [Acme.ana, Acme.ben, Acme.cleo])
            #expect(page.rows.map(\.standing) == [.active, .active, .inactive])
            #expect(page.rows.map(\.groups) == [[Acme.engineering], [Acme.sales], []])
            #expect(page.rows.map(\.siteCount) == [1, 0, 0])
            #expect(page.total == 3)
            #expect(page.pageCount == 1)
        }
    }

    @Test(
        arguments: Backend.allCases,
        [
            ("ana", ["00uana"]), ("SILVA", ["00uana"]), ("silva ana", ["00uana"]), ("öztürk", ["00uben"]),
            ("ÖZTÜRK", ["00uben"]), ("acme.example", ["00uana", "00uben", "00ucleo"]), ("%", []), ("_", []), ("~", []),
            ("nobody", []), ("  ", ["00uana", "00uben", "00ucleo"]),
        ] as [(String, [User.ID])]
    )
    func `is searched by name, e-mail, login and full name`(
        _ backend: Backend,
        search: (words: String, found: [User.ID])
    ) async throws {
        try await withAcme(on: backend) { acme in
            let page = try await acme.store.users(UserQuery(search: search.words))

            #expect(page.rows.map(\.id) == search.found)
            #expect(page.total == search.found.count)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is narrowed to a standing and a group`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.ban(Acme.ben.id, by: Acme.operatorAtTheServer)

            #expect(try await acme.store.users(UserQuery(standing: .active)).rows.map(\.id) == [Acme.ana.id])
            #expect(try await acme.store.users(UserQuery(standing: .banned)).rows.map(\.id) == [Acme.ben.id])
            #expect(try await acme.store.users(UserQuery(standing: .inactive)).rows.map(\.id) == [Acme.cleo.id])
            #expect(try await acme.store.users(UserQuery(group: Acme.sales.id)).rows.map(\.id) == [Acme.ben.id])
            #expect(
                try await acme.store.users(UserQuery(standing: .active, group: Acme.sales.id)).rows.isEmpty
            )
            #expect(try await acme.store.userCounts() == [.active: 1, .inactive: 1, .banned: 1])
            #expect(try await acme.store.teams().map(\.memberCount) == [1])
        }
    }

    @Test(arguments: Backend.allCases)
    func `comes in pages`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let many = (0..<120).map { number in
                User(
                    id: User.ID("00u\(number)"),
                    status: .active,
                    login: "user\(1000 + number)@acme.example",
                    email: "user\(1000 + number)@acme.example"
                )
            }
            try await acme.sync(Acme.directory(many, members: [Acme.sales.id: Set(many.map(\.id))]))

            let second = try await acme.store.users(UserQuery(search: "user1", page: 2, pageSize: 50))
            let last = try await acme.store.users(UserQuery(search: "user1", page: 3, pageSize: 50))
            #expect(second.rows.first?.user.name == "user1050")
            #expect(second.rows.count == 50)
            #expect(last.rows.count == 20)
            #expect(last.total == 120)
            #expect(last.pageCount == 3)

            let huge = try await acme.store.users(UserQuery(search: "user1", page: .max, pageSize: 50))
            #expect(huge.page == 3)
            #expect(huge.rows == last.rows)
            #expect(try await acme.store.users(UserQuery(page: .min)).page == 1)
            #expect(try await acme.store.users(UserQuery(search: "nobody", page: .max)).page == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `keeps those who left as inactive`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.sync(
                Acme.directory([Acme.ana], members: [Acme.engineering.id: [Acme.ana.id], Acme.sales.id: []])
            )

            let inactive = try await acme.store.users(UserQuery(standing: .inactive))
            #expect(inactive.rows.map(\.id) == [Acme.ben.id, Acme.cleo.id])
            #expect(try await acme.store.everyone().map(\.standing) == [.active, .inactive, .inactive])
        }
    }
}

@Suite struct `A user` {
    @Test(arguments: Backend.allCases)
    func `is found by id, and by e-mail or login in any case`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { (acme) async throws in
            #expect(try await acme.store.user(Acme.ana.id) == Acme.ana)
            #expect(try await acme.store.user("00unobody") == nil)
            #expect(try await acme.store.users(email: "ANA.SILVA@acme.example") == [Acme.ana])
            #expect(try await acme.store.users(email: "nobody@acme.example").isEmpty)
            #expect(try await acme.store.accessFacts(for: "00unobody") == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `may share an e-mail with another`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let twin = User(id: "00utwin", status: .active, login: "twin@acme.example", email: Acme.ana.email)
            try await acme.sync(
                Acme.directory([Acme.ana, twin], members: [Acme.engineering.id: [Acme.ana.id, twin.id]])
            )

            #expect(
                try await acme.store.users(email: "ana.silva@acme.example").map(\.id) == [Acme.ana.id, twin.id]
            )
        }
    }

    @Test(arguments: Backend.allCases)
    func `who was banned is signed out, refused, and remembered with who did it`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.owner()
            let (_, token) = try await acme.session(of: Acme.ana)
            let (_, benToken) = try await acme.session(of: Acme.ben)

            try await acme.store.ban(Acme.ana.id, by: .administrator(olga))

            let ban = Ban(setBy: "olga@acme.example", setAt: acme.clock.now)
            #expect(try await acme.store.accessFacts(for: Acme.ana.id)?.ban == ban)
            #expect(try await acme.store.session(token: token.value) == nil)
            #expect(try await acme.store.session(token: benToken.value) != nil)
            await expectRefusal(.denied(.banned(ban))) { _ = try await acme.session(of: Acme.ana) }
        }
    }

    @Test(arguments: Backend.allCases)
    func `keeps what was set by hand through every sync`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.setOverride(
                user: Acme.ben.id,
                site: acme.lisbon.id,
                effect: .allow,
                by: Acme.operatorAtTheServer
            )
            try await acme.store.setOverride(
                user: Acme.ana.id,
                site: acme.berlin.id,
                effect: .deny,
                by: Acme.operatorAtTheServer
            )
            var ana = Acme.ana
            ana.lastName = "Silva-Costa"

            try await acme.sync(Acme.directory([ana, Acme.ben]))

            let facts = try await acme.store.everyone()
            #expect(facts.map(\.allowedSites) == [[], [acme.lisbon], []])
            await expectRefusal(.notFound("There is no such site.")) {
                try await acme.store.setOverride(
                    user: Acme.ben.id,
                    site: "nowhere",
                    effect: .allow,
                    by: Acme.operatorAtTheServer
                )
            }
        }
    }
}
