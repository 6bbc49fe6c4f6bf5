import Access
import Directory
import OktaSimulator
import Storage
import Sync
import Testing

@Suite struct `A full sync` {
    @Test func `brings the members of the chosen groups, and nobody else`() async throws {
        try await Acme.run { acme in
            try await acme.choose(acme.engineering)

            let run = try await acme.sync()

            #expect(run.state == .succeeded)
            #expect(run.counts.usersAdded == 2)
            #expect(try await acme.reachesBerlin(acme.ana))
            #expect(try await acme.facts(acme.chloe) == nil)
        }
    }

    @Test func `changes nothing the second time`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            let events = try await acme.store.events(EventQuery()).count

            let again = try await acme.sync()

            #expect(again.counts.usersAdded + again.counts.usersChanged + again.counts.usersLeft == 0)
            #expect(again.counts.membershipsAdded + again.counts.membershipsRemoved == 0)
            #expect(try await acme.store.events(EventQuery()).count == events)
        }
    }

    @Test func `asks for ⌈groups / 200⌉ pages and those of the chosen groups, never one per user`() async throws {
        let org = Org.generated(people: 2_300, groups: 450, seed: 5, rateLimits: .none)
        let all = try #require(org.group(named: "All Employees")).id
        let pages = (org.memberCount(of: all) + 999) / 1000
        try await Acme.run(org, choosing: false) { acme in
            try await acme.choose(all, acme.engineering)

            let run = try await acme.sync()

            #expect(run.state == .succeeded)
            #expect(pages >= 3)
            #expect(org.requests.count(of: "/api/v1/groups") == (org.groupCount + 199) / 200 + pages + 1)
            #expect(org.requests.count(of: "/api/v1/users") == 0)
            #expect(run.counts.requests == org.requests.count(of: "/api/v1"))
            #expect(run.counts.users == org.memberCount(of: all) + 2)
        }
    }

    @Test func `takes a user's access when they leave their last group`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            try acme.org.removeMember(acme.ana, from: acme.engineering)

            let run = try await acme.sync()

            #expect(run.counts.usersLeft == 1)
            #expect(try await !acme.reachesBerlin(acme.ana))
            #expect(try await acme.facts(acme.ana)?.standing == .inactive)
            #expect(try await acme.reachesBerlin(acme.ben))
        }
    }

    @Test func `ends the session of a suspended user in the same transaction`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            let ana = User.ID(acme.ana.description)
            let token = try await acme.store.openSession(
                .user(ana),
                kind: .connect,
                userAgent: nil,
                address: nil
            ).token
            try acme.org.suspend(acme.ana)

            let run = try await acme.sync()

            #expect(run.counts.sessionsEnded == 1)
            #expect(try await acme.store.session(token: token.value) == nil)
            #expect(try await acme.facts(acme.ana)?.decision(for: acme.berlin) == .denied(.status(.suspended)))
        }
    }

    @Test func `takes a deactivated user's access though Okta still lists them in the group`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            try acme.org.deactivate(acme.ben)

            try await acme.sync()

            #expect(acme.org.isMember(acme.ben, of: acme.engineering))
            #expect(try await acme.facts(acme.ben)?.groups.isEmpty == false)
            #expect(try await !acme.reachesBerlin(acme.ben))
        }
    }

    @Test func `leaves a locked-out user what they have`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            try acme.org.lockOut(acme.ana)

            try await acme.sync()

            #expect(try await acme.facts(acme.ana)?.user.status == .lockedOut)
            #expect(try await acme.reachesBerlin(acme.ana))
        }
    }

    @Test func `drops a deleted group for that group alone, and keeps its grants`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            let sales = Group.ID(acme.sales.description)
            try await acme.store.setGrants([Grant(scope: .group(sales), site: acme.berlin)], by: .system)
            try acme.org.deleteGroup(acme.sales)

            let run = try await acme.sync()

            let entry = try await acme.store.groups().first { $0.group.id == sales }
            #expect(run.state == .succeeded)
            #expect(try await !acme.reachesBerlin(acme.chloe))
            #expect(entry?.missingSince != nil && entry?.isChosen == true)
            #expect(try await acme.store.grants().contains(Grant(scope: .group(sales), site: acme.berlin)))
            #expect(try await acme.facts(acme.ana)?.groups.count == 1)
        }
    }

    @Test func `lets a grant work again when its group returns`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            acme.org.faults.hiddenGroups = [acme.sales]
            acme.org.faults.add(.init(.failure(404, code: "E0000007"), at: "/api/v1/groups/\(acme.sales)"))
            try await acme.sync()
            #expect(try await !acme.reachesBerlin(acme.chloe))

            acme.org.faults.clear()
            try await acme.sync()

            #expect(try await acme.reachesBerlin(acme.chloe))
        }
    }

    @Test func `does not give a group made anew under the old name what the old one had`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            try acme.org.deleteGroup(acme.sales)
            let again = try acme.org.createGroup("Sales").id
            try acme.org.addMember(acme.chloe, to: again)

            try await acme.sync()

            #expect(try await !acme.reachesBerlin(acme.chloe))
        }
    }

    @Test func `keeps two users who share an e-mail apart, and swaps addresses in one run`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            func mail(_ person: Org.Person.ID, _ address: String) throws {
                var profile = try #require(acme.org.person(person)).profile
                profile.email = address
                _ = try acme.org.updateProfile(person, to: profile)
            }
            try mail(acme.ana, "ben@acme.example")
            try mail(acme.ben, "ana@acme.example")
            try mail(acme.chloe, "ana@acme.example")

            let run = try await acme.sync()

            #expect(run.state == .succeeded)
            #expect(try await acme.facts(acme.ana)?.user.email == "ben@acme.example")
            #expect(try await acme.facts(acme.ben)?.user.email == "ana@acme.example")
            #expect(try await acme.facts(acme.chloe)?.user.email == "ana@acme.example")
            #expect(try await acme.reachesBerlin(acme.chloe))
        }
    }

    @Test func `treats a re-created user as another person`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            try acme.org.deactivate(acme.ana)
            try acme.org.deletePerson(acme.ana)
            let profile = Org.Profile(firstName: "ana", lastName: "Example", login: "ana@acme.example")
            let again = try acme.org.createPerson(profile, credentials: .password("Correct-horse-9")).id
            try acme.org.addMember(again, to: acme.engineering)

            try await acme.sync()

            #expect(try await acme.reachesBerlin(again))
            #expect(try await !acme.reachesBerlin(acme.ana))
            #expect(try await acme.store.users(email: "ana@acme.example").count == 2)
        }
    }
}
