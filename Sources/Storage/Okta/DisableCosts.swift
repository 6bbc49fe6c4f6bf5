/// What disabling the Okta integration takes away.
public struct DisableCosts: Hashable, Sendable, Codable {
    /// Active users, who become inactive.
    public let users: Int
    public let memberships: Int
    /// Grants that stop working; they are kept.
    public let grants: Int
    public let sessions: Int
    public let connections: Int
}
