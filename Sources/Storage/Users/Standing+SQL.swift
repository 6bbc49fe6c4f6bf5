import Access
import Directory

extension Standing {
    /// Whether a row of `users` has this standing: ``AccessFacts/standing`` said once more, for the database, which has to
    /// count and page a hundred thousand users without reading what decides on each. A test compares the two for every
    /// combination of what they depend on.
    var condition: SQL {
        switch self {
        case .active: "(NOT \(Self.isBanned) AND \(Self.mayBeActive))"
        case .inactive: "(NOT \(Self.isBanned) AND NOT \(Self.mayBeActive))"
        case .banned: "(\(Self.isBanned))"
        }
    }

    private static let isBanned: SQL = """
        EXISTS (SELECT 1 FROM user_ban WHERE user_ban.organisation_id = users.organisation_id
            AND user_ban.okta_user_id = users.okta_user_id)
        """

    /// Starts from the user's few memberships: SQLite takes the tables of a `CROSS JOIN` in the order written, and would
    /// try every chosen group for every user otherwise.
    private static let mayBeActive: SQL = """
        (users.status IN (\(SQL.list(User.Status.allCases.filter(\.keepsAccess))))
            AND EXISTS (SELECT 1 FROM okta_integration
                WHERE okta_integration.organisation_id = users.organisation_id AND okta_integration.is_enabled)
            AND EXISTS (SELECT 1 FROM okta_membership CROSS JOIN okta_group
                WHERE okta_membership.organisation_id = users.organisation_id
                    AND okta_membership.okta_user_id = users.okta_user_id
                    AND okta_group.organisation_id = okta_membership.organisation_id
                    AND okta_group.okta_group_id = okta_membership.okta_group_id
                    AND okta_group.chosen_at IS NOT NULL AND okta_group.missing_since IS NULL))
        """
}
