import Access
import Directory
import Testing

@testable import Storage

@Suite struct `The choice of groups` {
    @Test(arguments: Backend.all)
    func `comes first in the list, then the others by name, with their counts`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.setCatalogue(
                [Acme.everyone, Acme.sales, Acme.engineering, Group(id: "00ga", name: "accounts")],
                memberCounts: [Acme.everyone.id: 200, Acme.engineering.id: 7]
            )

            let entries = try await acme.store.groups()

            #expect(entries.map(\.group.name) == ["Engineering", "Sales", "accounts", "Everyone"])
            #expect(entries.map(\.memberCount) == [1, 1, nil, 200])
            #expect(entries.map(\.isChosen) == [true, true, false, false])
        }
    }

    @Test(arguments: Backend.all)
    func `is searched by words, in any case`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme async throws in
            #expect(try await acme.store.groups(search: "  EVERY").map(\.group.name) == ["Everyone"])
            #expect(try await acme.store.groups(search: "ing ENG").map(\.group.name) == ["Engineering"])
            #expect(try await acme.store.groups(search: " ").count == 3)
            #expect(try await acme.store.groups(search: "100%").isEmpty)
        }
    }

    @Test(arguments: Backend.all)
    func `takes what came through a group that is let go, at once`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()

            try await acme.store.chooseGroups([Acme.sales.id], by: .system)

            #expect(try await acme.standing(of: Acme.ana) == .inactive)
            #expect(try await !acme.isOpen(session))
            #expect(try await acme.openConnections(of: Acme.ana) == 0)
            #expect(try await acme.standing(of: Acme.ben) == .active)
            #expect(try await acme.store.grants().count == 1)
        }
    }

    @Test(arguments: Backend.all)
    func `gives nothing back by choosing the group again, until a sync has read it`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.chooseGroups([Acme.sales.id], by: .system)

            try await acme.store.chooseGroups([Acme.sales.id, Acme.engineering.id], by: .system)
            #expect(try await !acme.mayReach(acme.berlin, Acme.ana))

            try await acme.sync(Acme.directory())
            #expect(try await acme.mayReach(acme.berlin, Acme.ana))
        }
    }

    @Test(arguments: Backend.all)
    func `holds no group that Okta never had`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme async throws in
            await #expect(throws: StoreError.notFound("There is no group 00gnone in Okta.")) {
                try await acme.store.chooseGroups([Acme.sales.id, "00gnone"], by: .system)
            }

            #expect(try await acme.store.groups().filter(\.isChosen).count == 2)
        }
    }

    @Test(arguments: Backend.all)
    func `writes an event that names the groups, and none where nothing changed`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let before = try await acme.actions().count
            try await acme.store.chooseGroups([Acme.sales.id, Acme.engineering.id], by: .system)
            #expect(try await acme.actions().count == before)

            try await acme.store.chooseGroups([Acme.sales.id], by: .system)

            let event = try #require(try await acme.store.events(EventQuery(limit: 1)).first)
            #expect(event.action == "okta.groups-chosen")
            #expect(event.old == "Engineering, Sales")
            #expect(event.new == "Sales")
        }
    }
}

@Suite struct `The catalogue of groups` {
    @Test(arguments: Backend.all)
    func `loses a group that was not chosen, and shows it again when it returns`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.setCatalogue([Acme.engineering, Acme.sales], memberCounts: [:])
            #expect(try await acme.store.groups().map(\.group.name) == ["Engineering", "Sales"])

            try await acme.store.setCatalogue([Acme.engineering, Acme.sales, Acme.everyone], memberCounts: [:])
            #expect(try await acme.store.groups().count == 3)
        }
    }

    @Test(arguments: Backend.all)
    func `takes nothing from anybody by itself`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()

            try await acme.store.setCatalogue([Acme.everyone], memberCounts: [:])

            #expect(try await acme.mayReach(acme.berlin, Acme.ana))
            #expect(try await acme.isOpen(session))
            #expect(try await acme.store.groups().first?.missingSince == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `takes a new name over`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let renamed = Group(id: Acme.engineering.id, name: "Engineers", description: "All of them")

            try await acme.store.setCatalogue([renamed, Acme.sales, Acme.everyone], memberCounts: [:])

            #expect(try await acme.store.groups().first?.group == renamed)
            #expect(try await acme.mayReach(acme.berlin, Acme.ana))
        }
    }
}

@Suite struct `A grant` {
    @Test(arguments: Backend.all)
    func `is for one group or for every chosen one`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let grants: Set = [
                Grant(scope: .everyChosenGroup, site: acme.lisbon.id),
                Grant(scope: .group(Acme.sales.id), site: acme.berlin.id),
            ]

            try await acme.store.setGrants(grants, by: .system)

            #expect(try await Set(acme.store.grants()) == grants)
            #expect(try await !acme.mayReach(acme.berlin, Acme.ana))
            #expect(try await acme.mayReach(acme.lisbon, Acme.ana))
            #expect(try await acme.mayReach(acme.berlin, Acme.ben))
            #expect(try await acme.mayReach(acme.lisbon, Acme.ben))
            #expect(try await !acme.mayReach(acme.lisbon, Acme.cleo))
        }
    }

    @Test(arguments: Backend.all)
    func `that is taken away closes the connections that only it allowed`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let session = try await acme.anaAtWork()
            try await acme.store.setGrants(
                [
                    Grant(scope: .everyChosenGroup, site: acme.berlin.id),
                    Grant(scope: .group(Acme.engineering.id), site: acme.berlin.id),
                ],
                by: .system
            )

            try await acme.store.setGrants([Grant(scope: .everyChosenGroup, site: acme.berlin.id)], by: .system)
            #expect(try await acme.openConnections(of: Acme.ana) == 1)

            try await acme.store.setGrants([], by: .system)
            #expect(try await acme.openConnections(of: Acme.ana) == 0)
            #expect(try await acme.isOpen(session))
        }
    }

    @Test(arguments: Backend.all)
    func `names a site and a group that are there`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let before = try await acme.store.grants()

            await #expect(throws: StoreError.notFound("There is no such site.")) {
                try await acme.store.setGrants([Grant(scope: .everyChosenGroup, site: "none")], by: .system)
            }
            await #expect(throws: StoreError.notFound("There is no group 00gnone in Okta.")) {
                try await acme.store.setGrants([Grant(scope: .group("00gnone"), site: acme.berlin.id)], by: .system)
            }

            #expect(try await acme.store.grants() == before)
        }
    }

    @Test(arguments: Backend.all)
    func `writes an event in words`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.setGrants(
                [
                    Grant(scope: .everyChosenGroup, site: acme.lisbon.id),
                    Grant(scope: .group(Acme.sales.id), site: acme.berlin.id),
                ],
                by: .system
            )

            let event = try #require(try await acme.store.events(EventQuery(limit: 1)).first)
            #expect(event.old == "Berlin to Engineering")
            #expect(event.new == "Berlin to Sales; Lisbon to every chosen group")
        }
    }
}
