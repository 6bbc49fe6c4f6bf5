import Directory

extension Transaction {
    func administratorGroups(in store: Store) throws(StoreError) -> [AdministratorGroup] {
        let query: SQL = """
            SELECT administrator_group.okta_group_id, name, role, set_by, set_at,
                COALESCE(chosen_at IS NOT NULL AND missing_since IS NULL, FALSE) AS is_of_use,
                COALESCE(is_enabled, FALSE) AS is_enabled
            FROM administrator_group LEFT JOIN okta_group USING (organisation_id, okta_group_id)
            LEFT JOIN okta_integration USING (organisation_id)
            WHERE administrator_group.organisation_id = \(store.organisation.id)
            ORDER BY sort_name, administrator_group.okta_group_id
            """
        var groups: [AdministratorGroup] = []
        try forEach(query) { (row) throws(StoreError) in groups.append(try AdministratorGroup(row)) }
        return groups
    }

    /// The administrator that the user's groups make, written where they were none before; nil where no group does.
    func keepAdministratorThroughGroup(_ id: User.ID, in store: Store) throws(StoreError) -> Administrator? {
        let organisation = store.organisation
        guard try roleThroughGroups(of: id, in: organisation) != nil else { return nil }
        let user = try user(id, in: organisation)
        let email = try freeEmail(for: user, in: organisation)
        let known = try run(
            """
            UPDATE administrator SET email = \(email), name = \(user.fullName)
            WHERE organisation_id = \(organisation.id) AND okta_user_id = \(id) AND through_group
            """
        )
        if known == 0 {
            // The role that is kept is the least: what holds is read from the groups.
            try run(
                """
                INSERT INTO administrator (organisation_id, administrator_id, email, name, role, okta_user_id, created_at,
                    through_group)
                VALUES (\(organisation.id), \(Administrator.ID.random()), \(email), \(user.fullName),
                    \(Administrator.Role.viewer), \(id), \(store.time), TRUE)
                """
            )
        }
        let administrator = try administrators(where: "okta_user_id = \(id)", in: organisation).first
        if known == 0, let administrator {
            try record(
                action: "administrator.added",
                subject: email,
                new: "\(administrator.role.rawValue), through an Okta group",
                by: .user(user),
                in: store
            )
        }
        return administrator
    }

    /// The role that the user's groups give now; nil for none.
    func roleThroughGroups(of user: User.ID, in organisation: Organisation) throws(StoreError) -> String? {
        let given = AdministratorGroup.role(organisation: "\(organisation.id)", user: "\(user)")
        return try row("SELECT \(given) AS role")?.optionalText("role")
    }

    /// Those of the holders of open sessions who came in through a group that makes them no administrator any more.
    func usersWithoutAdministratingGroup(in store: Store) throws(StoreError) -> Set<User.ID> {
        var users: Set<User.ID> = []
        try forEach(
            """
            SELECT okta_user_id FROM administrator
            WHERE organisation_id = \(store.organisation.id) AND through_group AND NOT \(Administrator.isAdministrator)
            """
        ) { (row) throws(StoreError) in users.insert(try row.id("okta_user_id")) }
        return users
    }

    func endSessionsThroughGroup(_ group: Group.ID, because why: String, in store: Store) throws(StoreError) {
        let organisation = store.organisation.id
        let condition: SQL = """
            administrator_id IN (
                SELECT administrator_id FROM administrator
                JOIN okta_membership USING (organisation_id, okta_user_id)
                WHERE administrator.organisation_id = \(organisation) AND through_group AND okta_group_id = \(group))
            """
        try endSessions(where: condition, because: why, in: store)
    }

    /// Makes way for an administrator who is added or linked by hand: what a group gives stands back. Ends the sessions
    /// that came in through it.
    func forgetAdministratorThroughGroup(where condition: SQL, in organisation: Organisation) throws(StoreError) {
        try run(
            "DELETE FROM administrator WHERE organisation_id = \(organisation.id) AND through_group AND \(condition)"
        )
    }

    /// Throws where nobody could enter without Okta.
    func requireLocalOwner(in organisation: Organisation) throws(StoreError) {
        let owners = try administrators(where: "role = 'owner' AND password_hash IS NOT NULL", in: organisation)
        guard owners.isEmpty else { return }
        throw .conflict("Give an owner a password first: it is the way back in when Okta is not there.")
    }

    /// The user's e-mail address in lower case, with Okta's id where an administrator has it who was added by hand.
    private func freeEmail(for user: User, in organisation: Organisation) throws(StoreError) -> String {
        let email = Store.folded(user.email ?? user.login)
        let isTaken = try count(
            """
            SELECT COUNT(*) AS count FROM administrator
            WHERE organisation_id = \(organisation.id) AND email = \(email)
                AND (okta_user_id IS NULL OR okta_user_id <> \(user.id))
            """
        )
        return isTaken == 0 ? email : "\(email) (\(user.id))"
    }
}

extension AdministratorGroup {
    fileprivate init(_ row: Row) throws(StoreError) {
        let isOfUse = try row.bool("is_of_use")
        let isEnabled = try row.bool("is_enabled")
        try self.init(
            group: row.id("okta_group_id"),
            name: row.optionalText("name"),
            role: row.value("role"),
            isInForce: isOfUse && isEnabled,
            setBy: row.text("set_by"),
            setAt: row.date("set_at")
        )
    }
}
