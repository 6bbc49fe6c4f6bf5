public import Directory
public import Foundation

/// What a reading tells beside the directory itself: how current it is, and what it took.
///
/// Times are Okta's clock when it began to answer, so that what changed later is read again; nil where Okta did not say.
public struct ReadingStamp: Sendable {
    /// Everything that had changed before this time has been read; nil for a reading that cannot say so.
    public var readUntil: Date?
    /// Whether all chosen groups were read, and the whole catalogue.
    public var isFull = false
    /// Whether the whole catalogue was read.
    public var hasWholeCatalogue = false
    /// When the members of a group were read, for a reading that is not full.
    public var membersReadAt: [Group.ID: Date] = [:]
    /// Groups to be read again soon: Okta listed fewer members than it counts, or none though it has the group, or an event
    /// had somebody read meanwhile who was left out of this reading's changes.
    public var membersDoubted: Set<Group.ID> = []
    /// How many members Okta counts; the count of a group without an entry stays.
    public var memberCounts: [Group.ID: Int] = [:]
    /// What was read by name, so that a run which began earlier does not undo it.
    public var named: Set<String> = []
    /// Requests by Okta's bucket, with what Okta allows a minute where it said.
    public var use: [String: (requests: Int, allowed: Int?)] = [:]

    public init() {}
}
