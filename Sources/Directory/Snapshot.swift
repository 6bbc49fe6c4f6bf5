/// What is kept of a directory: the groups, and the members of the chosen ones.
///
/// For looking at and for comparing; what Okta says is a ``Reading``, which takes less room.
public struct Snapshot: Equatable, Sendable {
    /// The whole catalogue of groups, chosen or not.
    public var groups: [Group.ID: Group]
    /// Every user that is a member of a chosen group, whatever their status.
    public var users: [User.ID: User]
    /// The members of each chosen group that exists. A group that was not asked for has no entry; a chosen group
    /// without members has an empty one.
    public var members: [Group.ID: Set<User.ID>]

    public init(
        groups: [Group.ID: Group] = [:],
        users: [User.ID: User] = [:],
        members: [Group.ID: Set<User.ID>] = [:]
    ) {
        self.groups = groups
        self.users = users
        self.members = members
    }
}
