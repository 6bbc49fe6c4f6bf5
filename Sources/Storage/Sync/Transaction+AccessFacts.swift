import Access
import Directory

extension Transaction {
    /// Everything that decides what the user may reach; nil where no such user is kept.
    func accessFacts(for user: User.ID, in store: Store) throws(StoreError) -> AccessFacts? {
        try accessFacts(for: [user], in: store).first
    }

    /// The facts of the users that are kept, ordered by name. The number of statements grows by three for each 500
    /// users.
    func accessFacts(for users: [User.ID], in store: Store) throws(StoreError) -> [AccessFacts] {
        let shared = try SharedFacts(self, in: store)
        var facts: [(sortName: String, facts: AccessFacts)] = []
        for chunk in users.chunks(of: 500) {
            facts += try accessFacts(where: "users.okta_user_id IN (\(SQL.list(chunk)))", shared, in: store)
        }
        return facts.sorted { ($0.sortName, $0.facts.user.id) < ($1.sortName, $1.facts.user.id) }.map(\.facts)
    }

    /// The facts of every user of the organisation, ordered by name, in six statements.
    func accessFactsOfEveryone(in store: Store) throws(StoreError) -> [AccessFacts] {
        try accessFacts(where: "TRUE", SharedFacts(self, in: store), in: store).map(\.facts)
    }

    /// `condition` is on `users` and taken into each statement by a join.
    private func accessFacts(
        where condition: SQL,
        _ shared: SharedFacts,
        in store: Store
    ) throws(StoreError) -> [(sortName: String, facts: AccessFacts)] {
        let organisation = store.organisation.id
        var groups: [User.ID: [Group]] = [:]
        try forEach(
            """
            SELECT okta_membership.okta_user_id, okta_membership.okta_group_id
            FROM okta_membership JOIN users USING (organisation_id, okta_user_id)
            WHERE okta_membership.organisation_id = \(organisation) AND \(condition)
            """
        ) { (row) throws(StoreError) in
            let user: User.ID = try row.id("okta_user_id")
            if let group = shared.groups[try row.id("okta_group_id")] { groups[user, default: []].append(group) }
        }
        var overrides: [User.ID: [SiteOverride]] = [:]
        try forEach(
            """
            SELECT user_site_override.okta_user_id, site_id, effect, set_by, set_at
            FROM user_site_override JOIN users USING (organisation_id, okta_user_id)
            WHERE user_site_override.organisation_id = \(organisation) AND \(condition)
            """
        ) { (row) throws(StoreError) in
            overrides[try row.id("okta_user_id"), default: []].append(try SiteOverride(row))
        }
        var facts: [(sortName: String, facts: AccessFacts)] = []
        try forEach(
            """
            SELECT users.okta_user_id, status, login, email, first_name, last_name, sort_name, set_by, set_at
            FROM users LEFT JOIN user_ban USING (organisation_id, okta_user_id)
            WHERE users.organisation_id = \(organisation) AND \(condition)
            ORDER BY sort_name, users.okta_user_id
            """
        ) { (row) throws(StoreError) in
            let user = try User(row)
            let found = AccessFacts(
                user: user,
                ban: try Ban(row),
                integrationIsEnabled: shared.integrationIsEnabled,
                remoteAccessIsOn: shared.remoteAccessIsOn,
                groups: (groups[user.id] ?? []).sorted { ($0.name, $0.id) < ($1.name, $1.id) },
                grants: shared.grants(for: groups[user.id] ?? []),
                overrides: overrides[user.id] ?? [],
                sites: shared.sites
            )
            facts.append((try row.text("sort_name"), found))
        }
        return facts
    }
}

/// What decides for every user of an organisation alike.
private struct SharedFacts {
    let integrationIsEnabled: Bool
    let remoteAccessIsOn: Bool
    /// The chosen groups that Okta has.
    let groups: [Group.ID: Group]
    let sites: [Site]
    private let grantsForAll: [Grant]
    private let grantsByGroup: [Group.ID: [Grant]]

    init(_ transaction: any Transaction, in store: Store) throws(StoreError) {
        let organisation = store.organisation
        let integration = try transaction.row(
            "SELECT is_enabled, remote_access FROM okta_integration WHERE organisation_id = \(organisation.id)"
        )
        integrationIsEnabled = try integration?.bool("is_enabled") ?? false
        remoteAccessIsOn = try integration?.bool("remote_access") ?? false
        groups = try transaction.groupsOfUse(in: organisation)
        sites = try transaction.sites(in: organisation)
        var forAll: [Grant] = []
        var byGroup: [Group.ID: [Grant]] = [:]
        for grant in try transaction.grants(in: organisation) {
            switch grant.scope {
            case .everyChosenGroup: forAll.append(grant)
            case .group(let group): byGroup[group, default: []].append(grant)
            }
        }
        grantsForAll = forAll
        grantsByGroup = byGroup
    }

    /// The grants that can concern a member of these groups.
    func grants(for groups: [Group]) -> [Grant] {
        grantsForAll + groups.flatMap { grantsByGroup[$0.id] ?? [] }
    }
}

extension User {
    /// From the columns of `users`.
    init(_ row: Row) throws(StoreError) {
        self.init(
            id: try row.id("okta_user_id"),
            status: User.Status(okta: try row.text("status")),
            login: try row.text("login"),
            email: try row.optionalText("email"),
            firstName: try row.optionalText("first_name"),
            lastName: try row.optionalText("last_name")
        )
    }
}

extension Ban {
    /// From the columns of `user_ban` in an outer join; nil where there was no ban.
    init?(_ row: Row) throws(StoreError) {
        guard let setBy = try row.optionalText("set_by") else { return nil }
        self.init(setBy: setBy, setAt: try row.date("set_at"))
    }
}

extension SiteOverride {
    init(_ row: Row) throws(StoreError) {
        self.init(
            site: try row.id("site_id"),
            effect: try row.value("effect"),
            setBy: try row.text("set_by"),
            setAt: try row.date("set_at")
        )
    }
}
