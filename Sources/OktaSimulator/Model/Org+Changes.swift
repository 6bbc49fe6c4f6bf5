import Foundation

extension Org {
    /// Does what the change says in one step. The org's first administrator is never chosen.
    /// - Returns: the ids of the people or groups that changed, in order.
    @discardableResult
    public func apply(_ change: Change) -> [String] {
        let second = second
        let (administrator, orgName) = (administrator, name)
        return self.change { state in
            var changing = Changing(change: change, second: second, administrator: administrator, orgName: orgName)
            return changing.perform(on: &state)
        }
    }
}

/// A change that is being made.
private struct Changing {
    let change: Org.Change
    let second: Date
    let administrator: Org.Person.ID
    let orgName: String
    private var randomness: SplitMix64
    private var names: PeopleGenerator
    /// The groups made in Okta, in order; found when first needed.
    private var groups: [Org.Group.ID] = []

    init(change: Org.Change, second: Date, administrator: Org.Person.ID, orgName: String) {
        self.change = change
        self.second = second
        self.administrator = administrator
        self.orgName = orgName
        randomness = SplitMix64(seed: change.seed)
        names = PeopleGenerator(seed: change.seed, domain: "acme.example")
    }

    mutating func perform(on state: inout Org.State) -> [String] {
        let rule = self
        switch change.action {
        case .createGroups: return createGroups(&state)
        case .deleteGroups, .renameGroups, .emptyGroups:
            let all = state.groupIDs.all.compactMap { state.groups[$0] }
            let groups = chosen(from: all) { rule.applies(to: $0, state) }
            for group in groups { perform(on: group, &state) }
            return groups.map(\.id.description)
        default:
            let all = state.peopleIDs.all.compactMap { state.people[$0] }
            let people = chosen(from: all) { rule.applies(to: $0, state) }
            if change.action == .shuffle {
                shuffle(people, &state)
            } else {
                for person in people { perform(on: person, &state) }
            }
            return people.map(\.id.description)
        }
    }

    /// Those to be changed, in the order in which they came.
    private mutating func chosen<Thing: Identifiable, Kind>(
        from all: [Thing],
        where applies: (Thing) -> Bool
    ) -> [Thing] where Thing.ID == OktaID<Kind> {
        if case .ids(let ids) = change.share {
            let wanted = Set(ids)
            return all.filter { wanted.contains($0.id.description) && applies($0) }
        }
        let candidates = all.filter(applies)
        let count =
            switch change.share {
            case .percent(let percent): Int((Double(candidates.count) * percent / 100).rounded())
            case .count(let count): count
            case .ids: 0
            }
        let drawn = Set(candidates.indices.shuffled(using: &randomness).prefix(max(0, count)))
        return candidates.indices.filter { drawn.contains($0) }.map { candidates[$0] }
    }

    private func applies(to person: Org.Person, _ state: borrowing Org.State) -> Bool {
        if person.id == administrator { return false }
        return switch change.action {
        case .deactivate: person.status != .deprovisioned
        case .activate: [.staged, .deprovisioned].contains(person.status)
        case .suspend, .lock: person.status == .active
        case .unsuspend: person.status == .suspended
        case .unlock: person.status == .lockedOut
        case .delete: true
        case .rename, .touch: person.status != .deprovisioned
        case .removeEmail: person.status != .deprovisioned && !person.profile.email.isEmpty
        case .addToGroup: change.group.map { !state.members(of: $0).contains(person.id) } ?? false
        case .removeFromGroup: change.group.map { state.members(of: $0).contains(person.id) } ?? false
        case .move, .shuffle: !state.ownGroups(of: person.id).isEmpty
        case .deleteGroups, .renameGroups, .createGroups, .emptyGroups: false
        }
    }

    private func applies(to group: Org.Group, _ state: borrowing Org.State) -> Bool {
        switch change.action {
        case .deleteGroups: group.kind != .builtIn
        case .renameGroups: group.kind == .okta
        case .emptyGroups: group.kind == .okta && state.memberCount(of: group.id) > 0
        default: false
        }
    }

    private mutating func perform(on person: Org.Person, _ state: inout Org.State) {
        switch change.action {
        case .deactivate: state.deactivate(person, at: second)
        case .activate: state.activate(person, sendMail: false, orgName: orgName, at: second)
        case .suspend: state.suspend(person, at: second)
        case .unsuspend: state.unsuspend(person, at: second)
        case .lock: state.lockOut(person, at: second)
        case .unlock: state.unlock(person, at: second)
        case .delete:
            if person.status != .deprovisioned { state.deactivate(person, at: second) }
            if let person = state.people[person.id] { state.delete(person, at: second) }
        case .rename:
            let other = names.profile()
            var profile = person.profile
            profile.firstName = other.firstName
            profile.lastName = other.lastName
            profile.email = "\(randomness.text(6).lowercased()).\(other.login)"
            state.updateProfile(of: person, to: profile, at: second)
        case .touch:
            var profile = person.profile
            profile.more["costCenter"] = .string("C-\(randomness.text(6))")
            state.updateProfile(of: person, to: profile, at: second)
        case .removeEmail:
            var profile = person.profile
            profile.email = ""
            state.updateProfile(of: person, to: profile, at: second)
        case .addToGroup:
            if let group = change.group.flatMap({ state.groups[$0] }) { state.join(person, group, at: second) }
        case .removeFromGroup:
            if let group = change.group.flatMap({ state.groups[$0] }) { state.leave(person, group, at: second) }
        case .move: move(person, &state)
        case .shuffle, .deleteGroups, .renameGroups, .createGroups, .emptyGroups: break
        }
    }

    private mutating func perform(on group: Org.Group, _ state: inout Org.State) {
        switch change.action {
        case .deleteGroups: state.delete(group)
        case .renameGroups:
            let name = "\(group.name.prefix(240)) \(randomness.text(8))"
            state.rename(group, to: name, description: group.description, at: second)
        case .emptyGroups:
            for id in state.members(of: group.id).all {
                if let person = state.people[id] { state.leave(person, group, at: second) }
            }
        default: break
        }
    }

    private mutating func createGroups(_ state: inout Org.State) -> [String] {
        guard case .count(let count) = change.share else { return [] }
        var made: [String] = []
        while made.count < count {
            let name = "Group \(randomness.text(8))"
            if state.groupIDByName[name.lowercased()] != nil { continue }
            made.append(state.createGroup(name, description: nil, at: second).id.description)
        }
        return made
    }

    private mutating func move(_ person: Org.Person, _ state: inout Org.State) {
        let own = state.ownGroups(of: person.id)
        let others = state.groupIDByName.count
        guard let left = own.randomElement(using: &randomness), others > own.count else { return }
        if groups.isEmpty { groups = state.groupIDs.all.filter { state.groups[$0]?.kind == .okta } }
        var joined = left
        while own.contains(joined) { joined = groups[Int(randomness.next(upperBound: UInt64(groups.count)))] }
        if let group = state.groups[left] { state.leave(person, group, at: second) }
        if let group = state.groups[joined] { state.join(person, group, at: second) }
    }

    /// Each gets the groups of another, so that the groups keep their sizes.
    private mutating func shuffle(_ people: [Org.Person], _ state: inout Org.State) {
        let before = people.map { state.ownGroups(of: $0.id) }
        let after = before.shuffled(using: &randomness)
        for (person, (old, new)) in zip(people, zip(before, after)) {
            for id in old where !new.contains(id) {
                if let group = state.groups[id] { state.leave(person, group, at: second) }
            }
            for id in new where !old.contains(id) {
                if let group = state.groups[id] { state.join(person, group, at: second) }
            }
        }
    }
}

extension Org.State {
    /// The groups of a person that are changed in Okta itself.
    fileprivate func ownGroups(of person: Org.Person.ID) -> [Org.Group.ID] {
        (groupIDsOfPerson[person]?.all ?? []).filter { groups[$0]?.kind == .okta }
    }
}
