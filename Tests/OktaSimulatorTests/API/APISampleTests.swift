import Testing

@testable import OktaSimulator

@Suite struct `A sample org` {
    @Test func `is the same for the same seed and another for another`() throws {
        let clock = Clock()
        let one = Org.generated(people: 300, groups: 20, seed: 7, now: { clock.now })
        let same = Org.generated(people: 300, groups: 20, seed: 7, now: { clock.now })
        let other = Org.generated(people: 300, groups: 20, seed: 8, now: { clock.now })

        #expect(try Contents(one) == Contents(same))
        #expect(try Contents(one) != Contents(other))
    }

    @Test func `has as many people and groups as asked for, who look real`() throws {
        let org = Org.generated(people: 2_000, groups: 60)

        let people = org.people().filter { $0.id != org.administrator }
        let groups = org.groups { $0.kind != .builtIn }
        #expect(people.count == 2_000)
        #expect(groups.count == 60)
        #expect(Set(groups.map(\.name)).count == 60)
        #expect(Set(people.map { $0.login.lowercased() }).count == 2_000)
        #expect(people.allSatisfy { $0.login.allSatisfy(\.isASCII) })
        #expect(Set(people.map(\.profile.email)).count < 2_000)
        #expect(people.contains { $0.profile.lastName == "O'Brien" })
        #expect(people.contains { $0.profile.secondEmail == nil } && people.contains { $0.profile.secondEmail != nil })
        #expect(people.contains { !$0.profile.firstName.allSatisfy(\.isASCII) })
        #expect(Set(people.map(\.status)) == Set(Org.Person.Status.allCases))
        #expect(people.count { $0.status == .active } > 1_700)
        #expect(groups.contains { org.memberCount(of: $0.id) == 0 })
    }

    @Test(arguments: [(0, 0), (0, 3), (3, 0), (1, 1), (5, 2)]) func `may be small`(people: Int, groups: Int) {
        let org = Org.generated(people: people, groups: groups)

        #expect(org.personCount == people + 1)
        #expect(org.groupCount == groups + 1)
    }

    @Test(
        arguments: [
            (1_000, 20, 1_500), (300, 7, 300), (300, 7, 299), (9, 4, 36), (2_500, 3, 3_000), (40, 8, 300), (5, 5, 0),
        ]
    )
    func `may have exactly so many memberships, spread evenly`(people: Int, groups: Int, memberships: Int) throws {
        let org = Org.generated(people: people, groups: groups, memberships: memberships, seed: 4)

        let sizes = org.groups { $0.kind != .builtIn }.map { org.memberCount(of: $0.id) }
        let perPerson = try org.people { $0.id != org.administrator }.map { try org.groups(of: $0.id).count - 1 }
        #expect(sizes.reduce(0, +) == memberships)
        #expect((sizes.max() ?? 0) <= min(1_000, people))
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= max(2, memberships / groups / 2))
        #expect((perPerson.max() ?? 0) - (perPerson.min() ?? 0) <= 1)
        #expect(memberships < people || perPerson.allSatisfy { $0 > 0 })
    }

    @Test func `named Acme has the people whom the guide calls by name`() throws {
        let org = Org.acme()

        #expect(org.personCount == 201)
        #expect(org.groupCount == 13)
        let chloe = try #require(org.person(login: "chloe.martin@acme.example"))
        #expect(chloe.status == .suspended)
        let dana = try #require(org.person(login: "dana.kim@acme.example"))
        #expect(try org.groups(of: dana.id).map(\.name) == ["Everyone"])
        let outcome = org.signIn(username: "ana.silva@acme.example", password: Org.samplePassword)
        guard case .accepted = outcome else {
            Issue.record("ana cannot sign in: \(outcome)")
            return
        }
    }

    @Test func `is served on a free port, and another may not take the same one`() async throws {
        try await withSimulator(Org.acme()) { origin in
            let port = try #require(origin.split(separator: ":").last.flatMap { Int($0) })
            #expect(port > 0)
            await #expect(throws: SimulatorError.portInUse(port)) {
                try await Simulator(org: Org.acme(), port: port).run()
            }
        }
    }
}

/// Everything of an org that another run with the same seed repeats.
private struct Contents: Equatable {
    let people: [String]
    let profiles: [Org.Profile]
    let groups: [String]

    init(_ org: Org) throws {
        people = org.people().map { "\($0.id) \($0.status) \($0.created) \($0.lastUpdated)" }
        profiles = org.people().map(\.profile)
        groups = try org.groups().map { group in
            "\(group.id) \(group.name) \(group.kind) \(try org.members(of: group.id).map(\.id))"
        }
    }
}
