/// Finds what a reading of Okta changes, while what is kept passes by once: nothing of it is held.
///
/// Hand in what is kept, each row once and the memberships group by group, then ask for the ``outcome()``. Rows of which the
/// reading says nothing may be handed in or left out.
public struct Comparison {
    /// What a reading changes, and what has to be known to judge it.
    public struct Outcome: Sendable, Equatable {
        public var changes = Changes()
        /// Users with access who would leave a group and join none, only because Okta no longer lists them there; by id.
        public var goneMissing: [User.ID] = []
        /// Users among those who leave whose removal Okta states: suspended, deactivated or deleted.
        public var stated: Set<User.ID> = []
        /// New users who are left out, since they have no e-mail address: they could be neither named nor signed in.
        public var leftOut: [User] = []
    }

    private let reading: Reading
    private var changes = Changes()
    /// For each user of the reading, whether they are kept, and whether they join a group.
    private var isKept: [Bool]
    private var isJoining: [Bool]
    private var joining: [Group.ID: [Int32]] = [:]
    /// Users of the reading who are kept with access, and others who are.
    private var hadAccess: [Bool]
    private var othersWithAccess: Set<User.ID> = []
    /// Users whose groups were asked for: what the lists of members say of them does not count.
    private let asked: Set<Int32>
    private var keptGroups: Set<Group.ID> = []
    /// The group whose memberships pass by, and the members in the reading that have not passed yet; nil where its members
    /// were not read.
    private var current: (group: Group.ID, unmet: Set<Int32>?)?
    private var passedGroups: Set<Group.ID> = []
    /// Groups in which the users whose groups were asked for are kept.
    private var keptGroupsOfUsers: [User.ID: Set<Group.ID>] = [:]

    public init(with reading: Reading) {
        self.reading = reading
        isKept = Array(repeating: false, count: reading.users.count)
        isJoining = isKept
        hadAccess = isKept
        asked = Set(reading.groupsOfUsers.keys.compactMap { reading.place(of: $0) })
    }

    public mutating func keep(_ group: Group) {
        keptGroups.insert(group.id)
        if let now = reading.groups[group.id] {
            if now != group { changes.groups.append(now) }
        } else if isGone(group.id) {
            changes.missingGroups.append(group.id)
        }
    }

    /// A user without an e-mail address in Okta whom we know keeps the one they had: an address that went missing is no
    /// reason to cut anybody off. Their status is Okta's as always.
    public mutating func keep(_ user: User) {
        let place = reading.place(of: user.id)
        if let place { isKept[Int(place)] = true }
        if let place, !reading.goneUsers.contains(user.id) {
            var now = reading.users[Int(place)]
            if now.email == nil { now.email = user.email }
            if now != user { changes.changedUsers.append(now) }
            if user.status.keepsAccess && !now.status.statesRemoval { hadAccess[Int(place)] = true }
        } else if reading.goneUsers.contains(user.id) {
            var now = user
            now.status = .deprovisioned
            if now != user { changes.changedUsers.append(now) }
        } else if user.status.keepsAccess {
            othersWithAccess.insert(user.id)
        }
    }

    public mutating func keep(_ membership: Membership) {
        let (group, user) = (membership.group, membership.user)
        if current?.group != group { pass(to: group) }
        if reading.unreadableUsers.contains(user) {
            if let place = reading.place(of: user) { current?.unmet?.remove(place) }
        } else if let groups = reading.groupsOfUsers[user] {
            keptGroupsOfUsers[user, default: []].insert(group)
            if let place = reading.place(of: user) { current?.unmet?.remove(place) }
            if !groups.contains(group) { changes.left.append(membership) }
        } else if reading.goneUsers.contains(user) {
            changes.left.append(membership)
        } else if current?.unmet != nil {
            let met = reading.place(of: user).flatMap { current?.unmet?.remove($0) }
            if met == nil { changes.left.append(membership) }
        } else if isGone(group) {
            changes.left.append(membership)
        }
    }

    /// Each list is ordered by id, so that equal inputs give equal outcomes.
    ///
    /// A user who is not kept, joins nothing and was met only in passing is nobody of ours.
    public consuming func outcome() -> Outcome {
        pass(to: nil)
        joinWhoeverHasNotPassed()
        changes.groups += reading.groups.values.filter { !keptGroups.contains($0.id) }
        changes.groups.sort { $0.id < $1.id }
        changes.missingGroups.sort()
        let leftOut = addNewUsers()
        changes.changedUsers.sort { $0.id < $1.id }
        changes.joined = joined
        changes.left.sort()
        return Outcome(
            changes: changes,
            goneMissing: goneMissing,
            stated: Set(changes.left.map(\.user).filter(isStated)),
            leftOut: leftOut
        )
    }

    /// By their places, since there may be a hundred thousand: no list of users is made but the last.
    ///
    /// - Returns: Those who are left out.
    private mutating func addNewUsers() -> [User] {
        let new = reading.users.indices
            .filter { !isKept[$0] && (isJoining[$0] || !reading.isInPassing(Int32($0))) }
            .sorted { reading.users[$0].id < reading.users[$1].id }
        var leftOut: [User] = []
        changes.addedUsers.reserveCapacity(new.count)
        for place in new {
            let user = reading.users[place]
            if user.email == nil { leftOut.append(user) } else { changes.addedUsers.append(user) }
        }
        return leftOut
    }

    private func isGone(_ group: Group.ID) -> Bool {
        reading.goneGroups.contains(group)
            || reading.hasWholeCatalogue && reading.groups[group] == nil && !reading.unreadableGroups.contains(group)
    }

    private func isStated(_ user: User.ID) -> Bool {
        reading.goneUsers.contains(user) || reading.user(user)?.status.statesRemoval == true
    }

    private var goneMissing: [User.ID] {
        Set(changes.left.map(\.user))
            .filter { user in
                guard let place = reading.place(of: user).map(Int.init) else {
                    return othersWithAccess.contains(user) && !isStated(user)
                }
                return hadAccess[place] && !isJoining[place] && !isStated(user)
            }
            .sorted()
    }

    /// In order, without those who are left out.
    private var joined: [Membership] {
        var joined: [Membership] = []
        joined.reserveCapacity(joining.values.reduce(0) { $0 + $1.count })
        for (group, places) in joining.sorted(by: { $0.key < $1.key }) {
            joined +=
                places
                .filter { isKept[Int($0)] || reading.users[Int($0)].email != nil }
                .map { reading.users[Int($0)].id }
                .sorted()
                .map { Membership(group: group, user: $0) }
        }
        return joined
    }

    /// Whoever the reading has in the group that passed, and who is not kept there, joins it.
    private mutating func pass(to group: Group.ID?) {
        if let current, let unmet = current.unmet { join(unmet.subtracting(asked), to: current.group) }
        current = group.map { ($0, reading.memberPlaces(of: $0).map(Set.init)) }
        if let group { passedGroups.insert(group) }
    }

    private mutating func joinWhoeverHasNotPassed() {
        for group in reading.groupsWithMembers where !passedGroups.contains(group) {
            join((reading.memberPlaces(of: group) ?? []).filter { !asked.contains($0) }, to: group)
        }
        for (user, groups) in reading.groupsOfUsers {
            guard let place = reading.place(of: user) else { continue }
            for group in groups.subtracting(keptGroupsOfUsers[user] ?? []) { join([place], to: group) }
        }
    }

    private mutating func join(_ places: some Collection<Int32>, to group: Group.ID) {
        guard !places.isEmpty else { return }
        joining[group, default: []] += places
        for place in places { isJoining[Int(place)] = true }
    }
}
