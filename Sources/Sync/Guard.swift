public import Directory

/// The rule that a sync must not take access from many users at once only because they are missing.
///
/// An answer of Okta that is right in form and wrong in content (an API token that now sees fewer groups, an empty
/// page with status 200) looks like a mass removal. Those removals wait for an administrator. What Okta states, a
/// suspension or a deactivation, never waits, nor does anything else in the plan (``SyncPlan/immediate``).
public struct Guard: Sendable, Equatable {
    /// How many users may go missing in one sync whatever the size of the organisation.
    public static let alwaysAllowed = 10
    /// How many of the users with access may go missing in one sync, in percent.
    public static let allowedPercent = 20

    /// The users whose removal an administrator has approved; empty for a sync that runs unasked.
    public let approved: Set<User.ID>

    public init(approved: Set<User.ID> = []) {
        self.approved = approved
    }

    /// Whether the whole plan may be applied now.
    ///
    /// An approval covers the users whom the administrator saw: a plan under which further users go missing than
    /// those, and more than the limit, waits again. Where Okta contradicts itself the limit is nobody.
    public func allows(_ plan: SyncPlan) -> Bool {
        plan.usersInDoubt.isSubset(of: approved)
            && plan.usersGoneMissing.filter { !approved.contains($0) }.count <= Self.limit(for: plan.usersWithAccess)
    }

    /// The larger of ten users and a fifth of those with access.
    public static func limit(for usersWithAccess: Int) -> Int {
        max(alwaysAllowed, usersWithAccess * allowedPercent / 100)
    }
}
