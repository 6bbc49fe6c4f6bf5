import Directory

extension Transaction {
    /// Writes the changes in a number of statements that does not grow with them, then ends revoked access.
    ///
    /// - Parameter fence: The number of the run that changes it, for the history; nil for none.
    func apply(
        _ changes: Changes,
        stamp: ReadingStamp,
        fence: Int64?,
        in store: Store
    ) throws(StoreError) -> AppliedChanges {
        try writeCatalogue(changes, stamp: stamp, in: store)
        try insertUsers(changes.addedUsers, in: store)
        try noteStatusChanges(of: changes.changedUsers, fence: fence, in: store)
        try updateUsers(changes.changedUsers, in: store)
        try end(changes.left, fence: fence, in: store)
        let membersOfMissing = try markMissing(Set(changes.missingGroups), in: store)
        try add(changes.joined, fence: fence, in: store)
        let leavers = Set(changes.left.map(\.user)).union(membersOfMissing)
        var applied = AppliedChanges()
        applied.usersLeft = try withoutGroup(leavers, in: store)
        applied.revocations = try endRevokedAccess(of: leavers.union(changes.changedUsers.map(\.id)), in: store)
        return applied
    }

    /// Groups that changed, and counts of members that did.
    private func writeCatalogue(_ changes: Changes, stamp: ReadingStamp, in store: Store) throws(StoreError) {
        guard !changes.groups.isEmpty || !stamp.memberCounts.isEmpty else { return }
        try wantMembersOfReturning(changes.groups, in: store)
        let kept = try keptCatalogue(in: store.organisation)
        let changed = Dictionary(uniqueKeysWithValues: changes.groups.map { ($0.id, $0) })
        let groups = kept.groups.merging(changed) { $1 }.values.filter { group in
            let count = stamp.memberCounts[group.id]
            return changed[group.id] != nil || count != nil && count != kept.memberCounts[group.id]
        }
        try writeGroups(groups, memberCounts: kept.memberCounts.merging(stamp.memberCounts) { $1 }, in: store)
    }

    /// The memberships of a chosen group that was missing were forgotten.
    private func wantMembersOfReturning(_ groups: [Group], in store: Store) throws(StoreError) {
        for chunk in groups.map(\.id).chunks(of: 500) {
            try run(
                """
                UPDATE okta_group SET members_wanted = TRUE
                WHERE organisation_id = \(store.organisation.id) AND chosen_at IS NOT NULL AND missing_since IS NOT NULL
                    AND NOT members_wanted AND okta_group_id IN (\(SQL.list(chunk)))
                """
            )
        }
    }

    private func insertUsers(_ users: [User], in store: Store) throws(StoreError) {
        try insert(.users(users, in: store))
    }

    private func updateUsers(_ users: [User], in store: Store) throws(StoreError) {
        try load(
            .users(users, in: store),
            key: ["organisation_id", "okta_user_id"],
            updates: [
                "status", "login", "email", "first_name", "last_name", "name", "sort_name", "folded_login",
                "folded_email", "search_text",
            ]
        )
    }

    /// Memberships of groups that were let go since the plan was made are left out.
    private func add(_ joined: [Membership], fence: Int64?, in store: Store) throws(StoreError) {
        let groups = try groupsOfUse(in: store.organisation)
        let organisation = SQLValue.text(store.organisation.id.rawValue)
        let (time, run) = (store.time.sqlValue, fence.sqlValue)
        let wanted = joined.allSatisfy { groups[$0.group] != nil } ? joined : joined.filter { groups[$0.group] != nil }
        try insert(
            BulkRows(
                table: "okta_membership",
                columns: ["organisation_id", "okta_group_id", "okta_user_id", "joined_at", "joined_run"],
                of: wanted
            ) { [organisation, .text($0.group.rawValue), .text($0.user.rawValue), time, run] }
        )
    }

    /// Those of the users who are in no chosen group, by id.
    private func withoutGroup(_ users: Set<User.ID>, in store: Store) throws(StoreError) -> [User.ID] {
        var without = users
        for chunk in users.sorted().chunks(of: 500) {
            try forEach(
                """
                SELECT DISTINCT okta_user_id FROM okta_membership
                WHERE organisation_id = \(store.organisation.id) AND okta_user_id IN (\(SQL.list(chunk)))
                """
            ) { (row) throws(StoreError) in without.remove(try row.id("okta_user_id")) }
        }
        return without.sorted()
    }
}

extension BulkRows {
    /// Users as Okta describes them.
    fileprivate static func users(_ users: [User], in store: Store) -> BulkRows {
        let organisation = SQLValue.text(store.organisation.id.rawValue)
        let time = store.time.sqlValue
        return BulkRows(
            table: "users",
            columns: [
                "organisation_id", "okta_user_id", "status", "login", "email", "first_name", "last_name", "name",
                "sort_name", "folded_login", "folded_email", "search_text", "first_seen_at",
            ],
            of: users
        ) { user in
            let login = user.login.lowercased()
            let email = user.email == user.login ? login : user.email?.lowercased()
            return [
                organisation, .text(user.id.rawValue), .text(user.status.rawValue), user.login.sqlValue,
                user.email.sqlValue, user.firstName.sqlValue, user.lastName.sqlValue, user.name.sqlValue,
                user.name.lowercased().sqlValue, login.sqlValue, email.sqlValue,
                user.searchText(foldedLogin: login, foldedEmail: email).sqlValue, time,
            ]
        }
    }
}

extension User {
    /// All that a search for a user looks in, in lower case, nothing twice: the name is the start of one of the addresses.
    fileprivate func searchText(foldedLogin: String, foldedEmail: String?) -> String {
        var text = fullName.lowercased() + "\n" + foldedLogin
        if let foldedEmail, foldedEmail != foldedLogin { text += "\n" + foldedEmail }
        return text
    }
}
