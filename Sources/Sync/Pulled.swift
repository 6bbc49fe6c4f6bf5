public import Directory
import Okta

/// What one pull brought: the whole answer of Okta, or nothing. A pull of which a page failed is no value at all.
public struct Pulled: Sendable, Equatable {
    public var snapshot: Snapshot
    /// How many members Okta counts in each group, chosen or not; a group that Okta did not count has no entry.
    public var memberCounts: [Group.ID: Int]
    /// What was odd and went on without it, one sentence each.
    public var warnings: [String]

    public init(snapshot: Snapshot, memberCounts: [Group.ID: Int] = [:], warnings: [String] = []) {
        self.snapshot = snapshot
        self.memberCounts = memberCounts
        self.warnings = warnings
    }
}

extension Pulled {
    /// Puts the answers together.
    ///
    /// A user without an e-mail address cannot be shown a name or sent to sign in: a new one is left out with a
    /// warning. One whom we know keeps their row and their groups, since an address that went missing is no reason to
    /// cut anybody off; their status is Okta's as always.
    ///
    /// - Parameters:
    ///   - members: The members of each chosen group that Okta has; nil for a group that went while it was read.
    ///   - kept: What the last sync left.
    init(
        catalogue: OktaList<OktaGroup>,
        members: [Group.ID: OktaList<OktaUser>?],
        kept: Snapshot
    ) {
        snapshot = Snapshot()
        memberCounts = [:]
        warnings = catalogue.notes
        for group in catalogue.items {
            let id = Group.ID(group.id)
            snapshot.groups[id] = Group(group)
            memberCounts[id] = group.usersCount
        }
        for (group, list) in members.sorted(by: { $0.key < $1.key }) {
            guard let list else {
                let name = snapshot.groups.removeValue(forKey: group)?.name ?? group.rawValue
                warnings.append("The group \(name) was deleted in Okta while its members were read.")
                continue
            }
            warnings += list.notes
            snapshot.members[group] = []
            for user in list.items {
                add(user, to: group, known: kept.users[User.ID(user.id)])
            }
        }
    }

    private mutating func add(_ user: OktaUser, to group: Group.ID, known: User?) {
        let id = User.ID(user.id)
        guard user.email != nil || known != nil else {
            let warning = "\(user.login) has no primary e-mail in Okta and was left out."
            if !warnings.contains(warning) { warnings.append(warning) }
            return
        }
        // Two groups may have been read at two moments: of two answers the one that ends access counts.
        if snapshot.users[id]?.status.statesRemoval != true {
            snapshot.users[id] = User(user, emailBefore: known?.email)
        }
        snapshot.members[group, default: []].insert(id)
    }
}

extension User {
    fileprivate init(_ user: OktaUser, emailBefore: String?) {
        self.init(
            id: ID(user.id),
            status: Status(okta: user.status),
            login: user.login,
            email: user.email ?? emailBefore,
            firstName: user.firstName,
            lastName: user.lastName
        )
    }
}
