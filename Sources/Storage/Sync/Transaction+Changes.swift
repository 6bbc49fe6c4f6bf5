import Directory

extension Transaction {
    /// Writes the changes in a number of statements that does not grow with them, then ends revoked access.
    func apply(
        _ changes: Changes,
        memberCounts: [Group.ID: Int],
        in store: Store
    ) throws(StoreError) -> Revocations {
        var catalogue = try keptCatalogue(in: store.organisation)
        for group in changes.groups { catalogue.groups[group.id] = group }
        for group in changes.missingGroups { catalogue.groups[group] = nil }
        try writeGroups(
            Array(catalogue.groups.values),
            memberCounts: catalogue.memberCounts.merging(memberCounts) { $1 },
            in: store
        )
        try writeUsers(changes.addedUsers + changes.changedUsers, in: store)
        let membersOfMissing = try markMissing(Set(changes.missingGroups), in: store)
        try delete(.memberships(changes.left, in: store))
        let current = try groupsOfUse(in: store.organisation)
        try load(
            .memberships(changes.joined.filter { current[$0.group] != nil }, in: store),
            key: ["organisation_id", "okta_group_id", "okta_user_id"],
            updates: []
        )
        let touched = Set(changes.changedUsers.map(\.id)).union(changes.left.map(\.user)).union(membersOfMissing)
        return try endRevokedAccess(of: touched, in: store)
    }

    /// Writes users as Okta describes them; a row that is right already is not written.
    private func writeUsers(_ users: [User], in store: Store) throws(StoreError) {
        let rows = users.map { user in
            [
                SQLValue.text(store.organisation.id.rawValue), .text(user.id.rawValue), .text(user.status.rawValue),
                user.login.sqlValue, user.email.sqlValue, user.firstName.sqlValue, user.lastName.sqlValue,
                user.name.sqlValue, user.name.lowercased().sqlValue, user.login.lowercased().sqlValue,
                user.email?.lowercased().sqlValue ?? .text(nil), user.searchText.sqlValue, store.time.sqlValue,
            ]
        }
        try load(
            BulkRows(
                table: "users",
                columns: [
                    "organisation_id", "okta_user_id", "status", "login", "email", "first_name", "last_name", "name",
                    "sort_name", "folded_login", "folded_email", "search_text", "first_seen_at",
                ],
                rows: rows
            ),
            key: ["organisation_id", "okta_user_id"],
            updates: [
                "status", "login", "email", "first_name", "last_name", "name", "sort_name", "folded_login",
                "folded_email", "search_text",
            ]
        )
    }
}

extension BulkRows {
    fileprivate static func memberships(_ memberships: [Membership], in store: Store) -> BulkRows {
        BulkRows(
            table: "okta_membership",
            columns: ["organisation_id", "okta_group_id", "okta_user_id"],
            rows: memberships.map { membership in
                [
                    .text(store.organisation.id.rawValue), .text(membership.group.rawValue),
                    .text(membership.user.rawValue),
                ]
            }
        )
    }
}

extension User {
    /// All that a search for a user looks in, in lower case.
    fileprivate var searchText: String {
        [name, fullName, email, login].compactMap(\.self).joined(separator: "\n").lowercased()
    }
}
