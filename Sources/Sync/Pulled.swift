public import Directory
import Okta
public import Storage

/// What one pull brought: a whole answer of Okta, or nothing. A pull of which a page failed is no value at all.
public struct Pulled: Sendable {
    public var reading: Reading
    public var stamp = ReadingStamp()
    /// What was odd and went on without it, one sentence each.
    public var warnings: [String] = []

    /// What is told of it when it is planned and not needed any more.
    struct Summary: Sendable {
        let stamp: ReadingStamp
        let warnings: [String]
        let groups: Int
        let users: Int
        let memberships: Int
    }

    var summary: Summary {
        Summary(
            stamp: stamp,
            warnings: warnings,
            groups: reading.groups.count,
            users: reading.users.count,
            memberships: reading.membershipCount
        )
    }

    init(hasWholeCatalogue: Bool = false) {
        reading = Reading(hasWholeCatalogue: hasWholeCatalogue)
        stamp.hasWholeCatalogue = hasWholeCatalogue
    }

    /// Groups as Okta described them, with its counts where it gave some.
    mutating func add(_ list: OktaList<OktaGroup>) {
        warnings += list.notes
        for group in list.items {
            let id = Group.ID(group.id)
            reading.groups[id] = Group(group)
            if let count = group.usersCount { stamp.memberCounts[id] = count }
        }
        reading.unreadableGroups.formUnion(list.unreadable.map { Group.ID($0) })
    }

    /// Users of whom something changed, in our groups or not.
    mutating func add(_ list: OktaList<OktaUser>) {
        warnings += list.notes
        for user in list.items { reading.add(User(user), inPassing: true) }
        reading.unreadableUsers.formUnion(list.unreadable.map { User.ID($0) })
    }

    /// The groups of a user who was asked for by id; nothing where one of them could not be read.
    mutating func setGroups(of user: User.ID, to list: OktaList<OktaGroup>, chosen: some Collection<Group.ID>) {
        guard list.unreadable.isEmpty else { return }
        reading.groupsOfUsers[user] = Set(list.items.map { Group.ID($0.id) }).intersection(chosen)
    }

    /// What came of asking for the members of a group.
    mutating func add(_ answer: MembersAnswer, of group: Group.ID) {
        let name = reading.groups[group]?.name ?? group.rawValue
        switch answer {
        case .gone:
            reading.drop(group)
            warnings.append("The group \(name) was deleted in Okta while its members were read.")
        case .contradiction:
            stamp.membersDoubted.insert(group)
            warnings.append("Okta has the group \(name) and does not find its members. They stay as they were.")
        case .members(let members):
            warnings += members.notes
            reading.setMembers(of: group, to: members.users)
            reading.unreadableUsers.formUnion(members.unreadable)
            stamp.membersReadAt[group] = members.asOf
            guard members.areTooFew, let count = members.count else { return }
            stamp.membersDoubted.insert(group)
            warnings.append(
                "Okta counts \(count) members in \(name) and lists \(members.users.count + members.unreadable.count). "
                    + "Nobody was taken out of it who is not out of it for certain."
            )
        }
    }
}

extension User {
    init(_ user: OktaUser) {
        self.init(
            id: ID(user.id),
            status: Status(okta: user.status),
            login: user.login,
            email: user.email,
            firstName: user.firstName,
            lastName: user.lastName
        )
    }
}
