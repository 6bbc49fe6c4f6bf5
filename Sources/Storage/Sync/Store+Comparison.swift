public import Directory

extension Store {
    /// What a reading of Okta changes in what is kept, and how many users hold access through a group now. The number is
    /// counted only where somebody would go missing; it is 0 otherwise.
    ///
    /// What is kept passes by row by row. For a small reading only the rows that it can concern are read.
    public func compare(
        with reading: Reading
    ) async throws(StoreError) -> (outcome: Comparison.Outcome, usersWithAccess: Int) {
        try await read { (transaction) throws(StoreError) in
            var comparison = Comparison(with: reading)
            if reading.isLarge {
                try transaction.keepEverything(in: &comparison, of: organisation)
            } else {
                try transaction.keepPart(in: &comparison, concernedBy: reading, of: organisation)
            }
            let outcome = comparison.outcome()
            let count = outcome.goneMissing.isEmpty ? 0 : try transaction.usersWithAccess(in: organisation)
            return (outcome, count)
        }
    }
}

extension Reading {
    /// Whether one pass over all that is kept is cheaper than asking for rows by their ids.
    fileprivate var isLarge: Bool { users.count + groupsWithMembers.count > 20_000 }
}

extension Transaction {
    func usersWithAccess(in organisation: Organisation) throws(StoreError) -> Int {
        try count(
            """
            SELECT COUNT(DISTINCT okta_membership.okta_user_id) AS count
            FROM okta_membership JOIN users USING (organisation_id, okta_user_id)
            WHERE okta_membership.organisation_id = \(organisation.id)
                AND status IN (\(SQL.list(User.Status.allCases.filter(\.keepsAccess))))
            """
        )
    }

    fileprivate func keepEverything(
        in comparison: inout Comparison,
        of organisation: Organisation
    ) throws(StoreError) {
        for group in try keptCatalogue(in: organisation).groups.values { comparison.keep(group) }
        try forEachOfMany("SELECT \(User.columns) FROM users WHERE organisation_id = \(organisation.id)") {
            (row) throws(StoreError) in
            comparison.keep(try User(row))
        }
        try forEachOfMany(
            """
            SELECT okta_group_id, okta_user_id FROM okta_membership WHERE organisation_id = \(organisation.id)
            ORDER BY okta_group_id
            """
        ) { (row) throws(StoreError) in
            comparison.keep(Membership(group: try row.id("okta_group_id"), user: try row.id("okta_user_id")))
        }
    }

    /// The kept rows of which a reading can say anything.
    fileprivate func keepPart(
        in comparison: inout Comparison,
        concernedBy reading: Reading,
        of organisation: Organisation
    ) throws(StoreError) {
        let kept = try keptCatalogue(in: organisation).groups
        for group in kept.values { comparison.keep(group) }
        let missing = reading.hasWholeCatalogue ? Set(kept.keys).subtracting(reading.groups.keys) : []
        let groups = missing.union(reading.goneGroups).union(reading.groupsWithMembers).sorted()
        let named = reading.goneUsers.union(reading.groupsOfUsers.keys).sorted()
        var users = Set(reading.users.map(\.id)).union(named)
        for chunk in groups.chunks(of: 400) {
            try forEach(
                """
                SELECT okta_group_id, okta_user_id FROM okta_membership
                WHERE organisation_id = \(organisation.id) AND okta_group_id IN (\(SQL.list(chunk)))
                ORDER BY okta_group_id
                """
            ) { (row) throws(StoreError) in
                let membership = Membership(group: try row.id("okta_group_id"), user: try row.id("okta_user_id"))
                comparison.keep(membership)
                users.insert(membership.user)
            }
        }
        for chunk in named.chunks(of: 400) {
            try forEach(
                """
                SELECT okta_group_id, okta_user_id FROM okta_membership
                WHERE organisation_id = \(organisation.id) AND okta_user_id IN (\(SQL.list(chunk)))
                ORDER BY okta_group_id
                """
            ) { (row) throws(StoreError) in
                let group: Group.ID = try row.id("okta_group_id")
                guard !groups.contains(group) else { return }
                comparison.keep(Membership(group: group, user: try row.id("okta_user_id")))
            }
        }
        for chunk in users.sorted().chunks(of: 400) {
            try forEach(
                """
                SELECT \(User.columns) FROM users
                WHERE organisation_id = \(organisation.id) AND okta_user_id IN (\(SQL.list(chunk)))
                """
            ) { (row) throws(StoreError) in comparison.keep(try User(row)) }
        }
    }
}

extension User {
    /// The columns of `users` from which one is read.
    static let columns: SQL = "okta_user_id, status, login, email, first_name, last_name"
}
