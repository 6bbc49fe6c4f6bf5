public import Directory
public import Foundation

/// A group of Okta's in the list from which an administrator chooses.
public struct GroupEntry: Identifiable, Hashable, Sendable {
    public let group: Group
    /// The members that we keep of a chosen group, Okta's own count of another; nil where neither is known.
    public let memberCount: Int?
    public let isChosen: Bool
    /// Since when Okta does not have the group; nil while it does.
    public let missingSince: Date?
    /// When Okta's list last held the group.
    public let lastSeenAt: Date

    public var id: Group.ID { group.id }
}
