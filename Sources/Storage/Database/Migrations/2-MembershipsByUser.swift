extension Migration {
    static let membershipsByUser = Migration(
        name: "memberships by user",
        statements: [
            // SQLite takes an index for a user's memberships only if it holds the group too: else it reads all of them,
            // through the key, for each user.
            "DROP INDEX okta_membership_user",
            "CREATE INDEX okta_membership_user ON okta_membership (organisation_id, okta_user_id, okta_group_id)",
        ]
    )
}
