extension Org {
    /// That a person is in a group.
    struct Membership: Hashable, Sendable {
        let person: Person.ID
        let group: Group.ID
    }
}

extension PeopleGenerator {
    /// Nine of ten people are in the first group, the last group is empty, and in the others a person is about one and a
    /// half times.
    mutating func usualMemberships(of people: [Org.Person.ID], in groups: [Org.Group.ID]) -> [Org.Membership] {
        guard let all = groups.first else { return [] }
        let others = Array(groups.dropFirst().dropLast(groups.count > 3 ? 1 : 0))
        var memberships: [Org.Membership] = []
        for person in people {
            if chance(9, in: 10) { memberships.append(.init(person: person, group: all)) }
            guard !others.isEmpty else { continue }
            // None for one in twenty, else one to three.
            let count = pick([0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3])
            for _ in 0..<count { memberships.append(.init(person: person, group: pick(others))) }
        }
        return memberships
    }

    /// Exactly `count` memberships, or all that there can be: the groups are dealt like cards, round by round, one to
    /// each person, so that nobody has two more than another and no group is much larger than the rest.
    mutating func evenMemberships(
        _ count: Int,
        of people: [Org.Person.ID],
        in groups: [Org.Group.ID]
    ) -> [Org.Membership] {
        let count = min(count, people.count * groups.count)
        guard count > 0 else { return [] }
        var memberships: [Org.Membership] = []
        memberships.reserveCapacity(count)
        var held: [[Org.Group.ID]] = Array(repeating: [], count: people.count)
        var cards: [Org.Group.ID] = []
        while memberships.count < count {
            for person in shuffled(people.indices) where memberships.count < count {
                var place = cards.lastIndex { !held[person].contains($0) }
                if place == nil {
                    cards = shuffled(groups) + cards
                    place = cards.lastIndex { !held[person].contains($0) }
                }
                guard let place else { continue }
                let group = cards.remove(at: place)
                held[person].append(group)
                memberships.append(.init(person: people[person], group: group))
            }
        }
        return memberships
    }
}
