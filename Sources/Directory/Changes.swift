/// The difference between what we kept and what Okta says now.
///
/// Only rows that really differ are named, so that applying the changes of an unchanged directory writes nothing.
public struct Changes: Hashable, Sendable, Codable {
    /// Groups that are new or read differently: name, description or kind; also those that came back.
    public var groups: [Group] = []
    /// Groups that were in the catalogue and no longer are.
    public var missingGroups: [Group.ID] = []
    /// Users never seen before.
    public var addedUsers: [User] = []
    /// Users whose status, names or addresses differ, as they are now.
    public var changedUsers: [User] = []
    public var joined: [Membership] = []
    public var left: [Membership] = []

    public var isEmpty: Bool {
        groups.isEmpty && missingGroups.isEmpty && addedUsers.isEmpty && changedUsers.isEmpty && joined.isEmpty
            && left.isEmpty
    }

    public init() {}

    /// The changes that turn one snapshot into another; see ``Comparison``, which does the same while it holds only one.
    ///
    /// A user in `kept` who is in no group of `now` keeps their row: they appear in ``left``, not in a removal, since
    /// what Okta says of a user whom it no longer lists is unknown.
    public init(from kept: Snapshot, to now: Snapshot) {
        var comparison = Comparison(with: Reading(now))
        comparison.keep(kept)
        self = comparison.outcome().changes
    }
}

extension Comparison {
    public mutating func keep(_ snapshot: Snapshot) {
        snapshot.groups.values.forEach { keep($0) }
        snapshot.users.values.forEach { keep($0) }
        for (group, users) in snapshot.members {
            users.forEach { keep(Membership(group: group, user: $0)) }
        }
    }
}
