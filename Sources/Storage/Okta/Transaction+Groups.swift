import Access
import Directory

extension Transaction {
    /// The groups that can grant anything: chosen, and in Okta.
    func groupsOfUse(in organisation: Organisation) throws(StoreError) -> [Group.ID: Group] {
        try groups(where: "chosen_at IS NOT NULL AND missing_since IS NULL", in: organisation)
    }

    func chosenGroups(in organisation: Organisation) throws(StoreError) -> Set<Group.ID> {
        Set(try groups(where: "chosen_at IS NOT NULL", in: organisation).keys)
    }

    func grants(in organisation: Organisation) throws(StoreError) -> [Grant] {
        var grants: [Grant] = []
        try forEach(
            """
            SELECT okta_group_id, site_id FROM site_grant WHERE organisation_id = \(organisation.id)
            ORDER BY site_id, okta_group_id
            """
        ) { (row) throws(StoreError) in grants.append(try Grant(row)) }
        return grants
    }

    /// The list from which an administrator chooses, in its order.
    func groupEntries(in store: Store) throws(StoreError) -> [GroupEntry] {
        var entries: [GroupEntry] = []
        let organisation = store.organisation.id
        try forEach(
            """
            SELECT okta_group.okta_group_id, name, description, kind, missing_since, chosen_at,
                CASE WHEN missing_since IS NULL THEN COALESCE(catalogue_read_at, last_seen_at) ELSE last_seen_at
                    END AS last_seen_at,
                COALESCE(kept.members, okta_group.member_count) AS members
            FROM okta_group
            LEFT JOIN okta_integration ON okta_integration.organisation_id = okta_group.organisation_id
            LEFT JOIN (
                SELECT okta_group_id, COUNT(*) AS members FROM okta_membership
                WHERE organisation_id = \(organisation) GROUP BY okta_group_id
            ) AS kept ON kept.okta_group_id = okta_group.okta_group_id
            WHERE okta_group.organisation_id = \(organisation) AND (missing_since IS NULL OR chosen_at IS NOT NULL)
            ORDER BY CASE WHEN chosen_at IS NULL THEN 1 ELSE 0 END, sort_name, okta_group.okta_group_id
            """
        ) { (row) throws(StoreError) in entries.append(try GroupEntry(row)) }
        return entries
    }

    /// The groups that Okta has, as far as we know, with the counts of their members that it gave.
    func keptCatalogue(
        in organisation: Organisation
    ) throws(StoreError) -> (groups: [Group.ID: Group], memberCounts: [Group.ID: Int]) {
        var groups: [Group.ID: Group] = [:]
        var memberCounts: [Group.ID: Int] = [:]
        try forEach(
            """
            SELECT okta_group_id, name, description, kind, member_count FROM okta_group
            WHERE organisation_id = \(organisation.id) AND missing_since IS NULL
            """
        ) { (row) throws(StoreError) in
            let group = try Group(row)
            groups[group.id] = group
            memberCounts[group.id] = try row.optionalInt("member_count")
        }
        return (groups, memberCounts)
    }

    /// Writes groups that Okta has, new and known ones; a row that is right already is not written.
    func writeGroups(_ groups: [Group], memberCounts: [Group.ID: Int], in store: Store) throws(StoreError) {
        let time = store.time
        try load(
            BulkRows(
                table: "okta_group",
                columns: [
                    "organisation_id", "okta_group_id", "name", "sort_name", "description", "kind", "member_count",
                    "last_seen_at", "missing_since",
                ],
                of: groups
            ) { group in
                [
                    .text(store.organisation.id.rawValue), .text(group.id.rawValue), group.name.sqlValue,
                    group.name.lowercased().sqlValue, group.description.sqlValue, .text(group.kind.rawValue),
                    memberCounts[group.id].sqlValue, time.sqlValue, SQLValue.integer(nil),
                ]
            },
            key: ["organisation_id", "okta_group_id"],
            updates: ["name", "sort_name", "description", "kind", "member_count", "missing_since"]
        )
    }

    /// Marks groups as missing in Okta and forgets their memberships. Choice and grants stay, and work again when the
    /// groups return.
    ///
    /// - Returns: The users who were members.
    @discardableResult
    func markMissing(_ groups: Set<Group.ID>, in store: Store) throws(StoreError) -> Set<User.ID> {
        let organisation = store.organisation.id
        for chunk in groups.sorted().chunks(of: 500) {
            try run(
                """
                UPDATE okta_group SET missing_since = \(store.time), last_seen_at = COALESCE(
                    (SELECT catalogue_read_at FROM okta_integration WHERE organisation_id = \(organisation)),
                    last_seen_at)
                WHERE organisation_id = \(organisation) AND missing_since IS NULL
                    AND okta_group_id IN (\(SQL.list(chunk)))
                """
            )
        }
        return try forgetMembers(of: groups, in: store)
    }

    /// Takes groups out of the choice and forgets their memberships.
    ///
    /// - Returns: The users who were members.
    func letGo(_ groups: Set<Group.ID>, in store: Store) throws(StoreError) -> Set<User.ID> {
        for chunk in groups.sorted().chunks(of: 500) {
            try run(
                """
                UPDATE okta_group SET chosen_at = NULL, chosen_by = NULL, members_wanted = FALSE
                WHERE organisation_id = \(store.organisation.id) AND okta_group_id IN (\(SQL.list(chunk)))
                """
            )
        }
        return try forgetMembers(of: groups, in: store)
    }

    /// Notes that the whole catalogue was read now.
    func noteCatalogueRead(in store: Store) throws(StoreError) {
        try run(
            """
            UPDATE okta_integration SET catalogue_read_at = \(store.time)
            WHERE organisation_id = \(store.organisation.id)
            """
        )
    }

    /// Throws ``StoreError/notFound(_:)`` for a group that Okta never had.
    func requireKnown(_ groups: Set<Group.ID>, in store: Store) throws(StoreError) {
        let known = try self.groups(where: "TRUE", in: store.organisation)
        guard let unknown = groups.first(where: { known[$0] == nil }) else { return }
        throw .notFound("There is no group \(unknown) in Okta.")
    }

    /// `Engineering, Sales`, for events; nil for none.
    func names(of groups: Set<Group.ID>, in store: Store) throws(StoreError) -> String? {
        guard !groups.isEmpty else { return nil }
        let known = try self.groups(where: "TRUE", in: store.organisation)
        return groups.map { known[$0]?.name ?? $0.rawValue }.sorted().joined(separator: ", ")
    }

    private func groups(
        where condition: SQL,
        in organisation: Organisation
    ) throws(StoreError) -> [Group.ID: Group] {
        var groups: [Group.ID: Group] = [:]
        try forEach(
            """
            SELECT okta_group_id, name, description, kind FROM okta_group
            WHERE organisation_id = \(organisation.id) AND \(condition)
            """
        ) { (row) throws(StoreError) in
            let group = try Group(row)
            groups[group.id] = group
        }
        return groups
    }

    private func forgetMembers(of groups: Set<Group.ID>, in store: Store) throws(StoreError) -> Set<User.ID> {
        var members: Set<User.ID> = []
        for chunk in groups.sorted().chunks(of: 500) {
            let those: SQL = """
                okta_membership.organisation_id = \(store.organisation.id)
                    AND okta_membership.okta_group_id IN (\(SQL.list(chunk)))
                """
            try forEach("SELECT okta_user_id FROM okta_membership WHERE \(those)") { (row) throws(StoreError) in
                members.insert(try row.id("okta_user_id"))
            }
            try keepInHistory(those, fence: nil, in: store)
            try run("DELETE FROM okta_membership WHERE \(those)")
        }
        return members
    }
}

extension Group {
    /// From the columns of `okta_group`.
    init(_ row: Row) throws(StoreError) {
        self.init(
            id: try row.id("okta_group_id"),
            name: try row.text("name"),
            description: try row.optionalText("description"),
            kind: try row.value("kind")
        )
    }
}

extension GroupEntry {
    fileprivate init(_ row: Row) throws(StoreError) {
        self.init(
            group: try Group(row),
            memberCount: try row.optionalInt("members"),
            isChosen: try row.optionalDate("chosen_at") != nil,
            missingSince: try row.optionalDate("missing_since"),
            lastSeenAt: try row.date("last_seen_at")
        )
    }
}

extension Grant {
    fileprivate init(_ row: Row) throws(StoreError) {
        let group: Group.ID? = try row.optionalID("okta_group_id")
        self.init(scope: group.map { .group($0) } ?? .everyChosenGroup, site: try row.id("site_id"))
    }
}
