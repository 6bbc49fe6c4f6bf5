public import Directory

/// Users and groups that an event of Okta's named, to be read again.
public struct NamedObjects: Sendable, Equatable {
    public var users: Set<User.ID> = []
    public var groups: Set<Group.ID> = []

    public init(users: Set<User.ID> = [], groups: Set<Group.ID> = []) {
        self.users = users
        self.groups = groups
    }

    public var isEmpty: Bool { users.isEmpty && groups.isEmpty }

    mutating func formUnion(_ other: NamedObjects) {
        users.formUnion(other.users)
        groups.formUnion(other.groups)
    }

    /// Whether reading what changed is cheaper than reading each by its id.
    var areMany: Bool { users.count + groups.count > 25 }
}
