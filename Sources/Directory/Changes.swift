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

    /// The changes that turn `kept` into `pulled`.
    ///
    /// A user in `kept` who is in no pulled group keeps their row: they appear in ``left``, not in a removal, since
    /// what Okta says of a user whom it no longer lists is unknown.
    ///
    /// Each list is ordered by id, so that equal inputs give equal plans.
    public init(from kept: Snapshot, to pulled: Snapshot) {
        groups = pulled.groups.values.filter { kept.groups[$0.id] != $0 }.sorted { $0.id < $1.id }
        missingGroups = kept.groups.keys.filter { pulled.groups[$0] == nil }.sorted()
        for user in pulled.users.values.sorted(by: { $0.id < $1.id }) {
            switch kept.users[user.id] {
            case nil: addedUsers.append(user)
            case let before?: if before != user { changedUsers.append(user) }
            }
        }
        joined = Self.memberships(in: pulled, notIn: kept)
        left = Self.memberships(in: kept, notIn: pulled)
    }

    /// The users who are in no group any more that was read, ordered by id.
    ///
    /// - Parameter pulled: What these changes lead to.
    public func usersLeft(in pulled: Snapshot) -> [User.ID] {
        Set(left.map(\.user)).subtracting(pulled.users.keys).sorted()
    }

    private static func memberships(in one: Snapshot, notIn other: Snapshot) -> [Membership] {
        one.members
            .flatMap { group, users in
                users.subtracting(other.members[group] ?? []).map { Membership(group: group, user: $0) }
            }
            .sorted { ($0.group, $0.user) < ($1.group, $1.user) }
    }
}
