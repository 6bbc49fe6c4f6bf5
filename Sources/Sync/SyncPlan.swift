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
    /// The users who would leave a group of which Okta lists fewer members than it counts, and of whom it is not known
    /// otherwise.
    public let usersInDoubt: Set<User.ID>
    /// How many users hold access through a group now; 0 where nobody would go missing.
    public let usersWithAccess: Int
    /// New users who are left out, since they have no e-mail address.
    public let leftOut: [User]

    /// - Parameters:
    ///   - doubted: Groups of which Okta lists fewer members than it counts.
    ///   - certain: Users whose groups are known whatever the lists say.
    public init(
        _ outcome: Comparison.Outcome,
        usersWithAccess: Int,
        doubted: Set<Group.ID> = [],
        certain: Set<User.ID> = []
    ) {
        var changes = outcome.changes
        // Their status has ended their access; whether they left such a group as well is not known.
        changes.left.removeAll {
            doubted.contains($0.group) && outcome.stated.contains($0.user) && !certain.contains($0.user)
        }
        self.changes = changes
        usersGoneMissing = outcome.goneMissing
        self.usersWithAccess = usersWithAccess
        leftOut = outcome.leftOut
        let inDoubt = outcome.changes.left.filter { doubted.contains($0.group) }.map(\.user)
        usersInDoubt = Set(inDoubt).subtracting(outcome.stated).subtracting(certain)
        var immediate = changes
        immediate.missingGroups = []
        immediate.left.removeAll { !outcome.stated.contains($0.user) }
        self.immediate = immediate
    }

    /// The users whose removal an administrator has to approve, where the guard does not allow it.
    var usersWaiting: Set<User.ID> { usersInDoubt.union(usersGoneMissing) }

    /// One sentence for each user who is left out.
    public var warnings: [String] {
        leftOut.map { "\($0.login) has no primary e-mail in Okta and was left out." }
    }
}
