public import Foundation

extension Org {
    /// The password of every sample person who is ACTIVE.
    public static let samplePassword = "Acme-demo-2026!"

    /// Of the administrator of every sample org.
    public static let sampleAdministratorUsername = "admin@acme.example"
    public static let sampleAdministratorPassword = "Okta-admin-2026!"

    /// An org of any size with people who look real: `people` beside the administrator, `groups` beside `Everyone`. The
    /// first group, *All Employees*, holds nine of ten; the last holds nobody. The same seed makes the same org.
    /// - Parameter memberships: how many memberships to make instead, spread evenly over people and groups; at most
    ///   `people` × `groups`.
    public static func generated(
        people: Int,
        groups: Int,
        memberships: Int? = nil,
        seed: UInt64 = 1,
        rateLimits: RateLimits = .workforce,
        tokenCapacity: Int = 50,
        now: @escaping @Sendable () -> Date = { Date() }
    ) -> Org {
        let org = Org(rateLimits: rateLimits, tokenCapacity: tokenCapacity, seed: seed, now: now)
        var generator = PeopleGenerator(seed: seed, domain: "acme.example")
        let ids = org.insertPeople(people, from: &generator)
        let groupIDs = org.insertGroups(generator.groupNames(groups), from: &generator)
        let chosen =
            memberships.map { generator.evenMemberships($0, of: ids, in: groupIDs) }
            ?? generator.usualMemberships(of: ids, in: groupIDs)
        org.insertMembers(chosen, from: &generator)
        return org
    }

    /// People with a history, straight into the directory: no mail goes out.
    func insertPeople(_ count: Int, from generator: inout PeopleGenerator) -> [Person.ID] {
        let digest = PasswordDigest(Self.samplePassword)
        let now = second
        let drafts = (0..<count).map { _ in
            (generator.profile(), generator.status(), generator.day(before: now), generator.day(before: now))
        }
        return change { state in
            drafts.map { profile, status, one, other in
                let created = min(one, other)
                let changed = max(one, other)
                let isNew = [.staged, .provisioned].contains(status)
                let person = Person(
                    id: state.ids.next("00u"),
                    status: status,
                    profile: profile,
                    provider: .okta,
                    password: isNew ? nil : digest,
                    created: created,
                    activated: status == .staged ? nil : created,
                    statusChanged: status == .staged ? nil : status == .active ? created : changed,
                    lastLogin: status == .active ? changed : nil,
                    lastUpdated: status == .active || isNew ? created : changed,
                    passwordChanged: isNew ? nil : created
                )
                state.insert(person)
                return person.id
            }
        }
    }

    /// Every fortieth comes from another directory.
    func insertGroups(_ names: [String], from generator: inout PeopleGenerator) -> [Group.ID] {
        let now = second
        let days = names.map { _ in generator.day(before: now) }
        return change { state in
            zip(names, days).enumerated().map { index, entry in
                let group = Group(
                    id: state.ids.next("00g"),
                    kind: index % 40 == 39 ? .app : .okta,
                    name: entry.0,
                    description: index % 3 == 0 ? nil : "Everyone who works for \(entry.0)",
                    source: nil,
                    created: entry.1,
                    lastUpdated: entry.1,
                    lastMembershipUpdated: entry.1
                )
                state.insert(group)
                return group.id
            }
        }
    }

    private func insertMembers(_ memberships: [Membership], from generator: inout PeopleGenerator) {
        let now = second
        let days = memberships.map { _ in generator.day(before: now) }
        change { state in
            for (membership, day) in zip(memberships, days) {
                let last = state.groups[membership.group]?.lastMembershipUpdated ?? day
                state.addMember(membership.person, to: membership.group, at: max(day, last))
            }
        }
    }
}
