/// One user in one group.
public struct Membership: Hashable, Sendable, Codable {
    public let group: Group.ID
    public let user: User.ID

    public init(group: Group.ID, user: User.ID) {
        self.group = group
        self.user = user
    }
}

extension Membership: Comparable {
    /// By group, then by user.
    public static func < (left: Self, right: Self) -> Bool {
        left.group == right.group ? left.user < right.user : left.group < right.group
    }
}
