import Directory

extension Transaction {
    /// The administrators for whom `condition` holds, by e-mail; without those whom no group makes one any more.
    func administrators(where condition: SQL, in organisation: Organisation) throws(StoreError) -> [Administrator] {
        var found: [Administrator] = []
        let query: SQL = """
            SELECT \(Administrator.columns) FROM administrator
            WHERE organisation_id = \(organisation.id) AND (\(condition)) AND \(Administrator.isAdministrator)
            ORDER BY email
            """
        try forEach(query) { (row) throws(StoreError) in found.append(try Administrator(row)) }
        return found
    }

    /// The administrator, or ``StoreError/notFound(_:)``.
    func administrator(_ id: Administrator.ID, in organisation: Organisation) throws(StoreError) -> Administrator {
        guard let found = try administrators(where: "administrator_id = \(id)", in: organisation).first else {
            throw .notFound("There is no such administrator.")
        }
        return found
    }

    /// The e-mail may be typed in any case. Throws ``StoreError/notFound(_:)``.
    func administrator(email: String, in organisation: Organisation) throws(StoreError) -> Administrator {
        guard let found = try administrators(where: "email = \(Store.folded(email))", in: organisation).first else {
            throw .notFound("There is no administrator with the e-mail \(email).")
        }
        return found
    }

    /// The administrator whom somebody added, or ``StoreError/conflict(_:)`` for one whom a group makes it: that one is
    /// changed by changing the group.
    func administratorByHand(
        _ id: Administrator.ID,
        in organisation: Organisation
    ) throws(StoreError) -> Administrator {
        let administrator = try administrator(id, in: organisation)
        guard !administrator.isThroughGroup else {
            throw .conflict("\(administrator.email) is an administrator through an Okta group; change that group.")
        }
        return administrator
    }

    func insert(
        _ administrator: Administrator,
        hash: PasswordHash?,
        by actor: Actor,
        in store: Store
    ) throws(StoreError) {
        try run(
            """
            INSERT INTO administrator (organisation_id, administrator_id, email, name, role, password_hash, created_at)
            VALUES (\(store.organisation.id), \(administrator.id), \(administrator.email), \(administrator.name),
                \(administrator.role), \(hash?.text), \(administrator.createdAt))
            """
        )
        try record(
            action: "administrator.added",
            subject: administrator.email,
            new: administrator.role.rawValue,
            by: actor,
            in: store
        )
    }

    /// See ``Store/changeRole(of:to:by:)``.
    func changeRole(
        of id: Administrator.ID,
        to role: Administrator.Role,
        by actor: Actor,
        in store: Store
    ) throws(StoreError) {
        let organisation = store.organisation
        let administrator = try administratorByHand(id, in: organisation)
        guard administrator.role != role else { return }
        try refuseLosingLastOwner(administrator, in: organisation)
        try run(
            "UPDATE administrator SET role = \(role) WHERE organisation_id = \(organisation.id) AND administrator_id = \(id)"
        )
        try endSessions(of: .administrator(id), because: "The role was changed.", in: store)
        try record(
            action: "administrator.role-changed",
            subject: administrator.email,
            old: administrator.role.rawValue,
            new: role.rawValue,
            by: actor,
            in: store
        )
    }

    /// See ``Store/linkAdministrator(_:to:by:)``.
    func link(_ id: Administrator.ID, to user: User.ID?, by actor: Actor, in store: Store) throws(StoreError) {
        let organisation = store.organisation
        let administrator = try administratorByHand(id, in: organisation)
        guard administrator.oktaUser != user else { return }
        let named = try user.map { (id) throws(StoreError) in try self.user(id, in: organisation) }
        if let user {
            try forgetAdministratorThroughGroup(where: "okta_user_id = \(user)", in: organisation)
            let linked = try administrators(where: "okta_user_id = \(user)", in: organisation)
            guard linked.isEmpty else {
                throw .alreadyExists("That user is linked to the administrator \(linked[0].email).")
            }
        } else if !administrator.hasPassword {
            try refuseLosingLastOwner(administrator, in: organisation)
        }
        try run(
            """
            UPDATE administrator SET okta_user_id = \(user)
            WHERE organisation_id = \(organisation.id) AND administrator_id = \(id)
            """
        )
        try endSessions(
            of: .administrator(id),
            throughOktaOnly: true,
            because: "The linked user in Okta was changed.",
            in: store
        )
        try record(
            action: user == nil ? "administrator.unlinked" : "administrator.linked",
            subject: administrator.email,
            old: administrator.oktaUser?.rawValue,
            new: named?.login,
            by: actor,
            in: store
        )
    }

    /// Unlinks every administrator from Okta: the org is another one, and an id there may be anybody's.
    ///
    /// Throws ``StoreError/conflict(_:)`` where no owner would be left who has a password.
    func unlinkAdministrators(by actor: Actor, in store: Store) throws(StoreError) {
        let linked = try administrators(where: "okta_user_id IS NOT NULL", in: store.organisation)
        guard !linked.isEmpty else { return }
        let owners = try administrators(where: "role = 'owner' AND password_hash IS NOT NULL", in: store.organisation)
        guard !owners.isEmpty else {
            throw .conflict("Every owner signs in through the Okta org that would be left; give one a password first.")
        }
        // Whoever is one through a group is none without its members, who are forgotten.
        for administrator in linked where !administrator.isThroughGroup {
            try link(administrator.id, to: nil, by: actor, in: store)
        }
    }

    /// Throws where nobody else would be left who may do everything, or who may without Okta.
    func refuseLosingLastOwner(_ administrator: Administrator, in organisation: Organisation) throws(StoreError) {
        guard administrator.role == .owner else { return }
        let others = try administrators(
            where: "role = 'owner' AND administrator_id <> \(administrator.id)",
            in: organisation
        )
        if others.isEmpty {
            throw .conflict("\(administrator.email) is the last owner; make another administrator an owner first.")
        }
        guard administrator.hasPassword, !others.contains(where: \.hasPassword) else { return }
        throw .conflict("\(administrator.email) is the last owner with a password; give another owner one first.")
    }

    /// Throws where the administrator who acts was removed, or lost the role of owner, since their page was loaded.
    func requireOwner(_ actor: Actor, in organisation: Organisation) throws(StoreError) {
        guard case .administrator(let acting) = actor else { return }
        let owners = try administrators(where: "role = 'owner' AND administrator_id = \(acting.id)", in: organisation)
        guard owners.isEmpty else { return }
        throw .conflict("Only an owner may change the administrators, and \(acting.email) is none any more.")
    }
}
