/// One user in one group.
public struct Membership: Hashable, Sendable, Codable {
    public let group: Group.ID
    public let user: User.ID

    public init(group: Group.ID, user: User.ID) {
        self.group = group
        self.user = user
    }
}
