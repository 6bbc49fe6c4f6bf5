public import Directory

/// A set of users under one name.
public struct Team: Identifiable, Hashable, Sendable, Codable {
    public typealias ID = Identifier<Team>

    /// The team of the users that come from Okta.
    public static let oktaUsers = "Okta Users"

    public let id: ID
    public let name: String
    /// Whether its members follow Okta and cannot be changed by hand.
    public let isReadOnly: Bool
    /// How many users are in it now: those in a chosen group that have access, for ``oktaUsers``.
    public let memberCount: Int
}
