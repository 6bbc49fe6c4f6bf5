public import Directory

/// What one sync is about to do: the difference to what is kept, and whether it may do so unasked.
///
/// The same value is the preview, the dry run and, once applied, the history.
public struct SyncPlan: Sendable, Equatable {
    public let changes: Changes
    /// The users whose access would end only because Okta no longer lists them, ordered by id.
    public let usersGoneMissing: [User.ID]
    /// How many users hold access through a group now.
    public let usersWithAccess: Int

    /// - Parameters:
    ///   - kept: What the last sync left.
    ///   - pulled: What Okta says now.
    public init(from kept: Snapshot, to pulled: Snapshot) {
        changes = Changes(from: kept, to: pulled)
        let withAccess = Set(kept.members.values.joined()).filter { kept.users[$0]?.status.keepsAccess == true }
        let joining = Set(changes.joined.map(\.user))
        usersWithAccess = withAccess.count
        usersGoneMissing = Set(changes.left.map(\.user))
            .filter { user in
                withAccess.contains(user) && !joining.contains(user)
                    && pulled.users[user]?.status.statesRemoval != true
            }
            .sorted()
    }
}
