public import Directory

/// What one sync is about to do: the difference to what is kept, and whether it may do so unasked.
///
/// The same value is the preview, the dry run and, once applied, the history.
public struct SyncPlan: Sendable, Equatable {
    public let changes: Changes
    /// The part of the changes that never waits: everything but what goes only because it is missing. A suspension, a
    /// deactivation and a new membership are in it.
    public let immediate: Changes
    /// The users who would leave a group, and join none, only because Okta no longer lists them there; ordered by id.
    public let usersGoneMissing: [User.ID]
    /// How many users hold access through a group now.
    public let usersWithAccess: Int

    /// - Parameters:
    ///   - kept: What the last sync left.
    ///   - pulled: What Okta says now.
    public init(from kept: Snapshot, to pulled: Snapshot) {
        let changes = Changes(from: kept, to: pulled)
        func isStated(_ user: User.ID) -> Bool { pulled.users[user]?.status.statesRemoval == true }
        let withAccess = Set(kept.members.values.joined()).filter { kept.users[$0]?.status.keepsAccess == true }
        let joining = Set(changes.joined.map(\.user))
        usersWithAccess = withAccess.count
        usersGoneMissing = Set(changes.left.map(\.user))
            .filter { user in
                withAccess.contains(user) && !joining.contains(user) && !isStated(user)
            }
            .sorted()
        var immediate = changes
        immediate.missingGroups = []
        immediate.left = changes.left.filter { isStated($0.user) }
        self.changes = changes
        self.immediate = immediate
    }
}
