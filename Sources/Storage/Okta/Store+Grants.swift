public import Access
import Directory

extension Store {
    public func grants() async throws(StoreError) -> [Grant] {
        try await read { (transaction) throws(StoreError) in try transaction.grants(in: organisation) }
    }

    /// Replaces the grants. Connections that only those taken away allowed end at once.
    public func setGrants(_ grants: Set<Grant>, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let before = Set(try transaction.grants(in: organisation))
            guard before != grants else { return }
            try transaction.requireKnown(Set(grants.compactMap(\.scope.group)), in: self)
            for site in Set(grants.map(\.site)) { _ = try transaction.site(site, in: organisation) }
            let old = try transaction.summary(of: before, in: self)
            for grant in before.subtracting(grants) { try transaction.remove(grant, in: self) }
            for grant in grants.subtracting(before) { try transaction.add(grant, by: actor, in: self) }
            if !before.isSubset(of: grants) { try transaction.endRevokedAccess(in: self) }
            try transaction.record(
                action: "okta.sites-allowed",
                subject: "Okta",
                old: old,
                new: try transaction.summary(of: grants, in: self),
                by: actor,
                in: self
            )
        }
    }
}

extension Transaction {
    fileprivate func add(_ grant: Grant, by actor: Actor, in store: Store) throws(StoreError) {
        try run(
            """
            INSERT INTO site_grant (organisation_id, okta_group_id, site_id, set_by, set_at)
            VALUES (\(store.organisation.id), \(grant.scope.group), \(grant.site), \(actor.description), \(store.time))
            """
        )
    }

    fileprivate func remove(_ grant: Grant, in store: Store) throws(StoreError) {
        let group: SQL = grant.scope.group.map { "okta_group_id = \($0)" } ?? "okta_group_id IS NULL"
        try run(
            """
            DELETE FROM site_grant
            WHERE organisation_id = \(store.organisation.id) AND site_id = \(grant.site) AND \(group)
            """
        )
    }

    /// `Berlin to every chosen group; Lisbon to Sales`, for events; nil for no grants.
    fileprivate func summary(of grants: Set<Grant>, in store: Store) throws(StoreError) -> String? {
        var lines: [String] = []
        let names = Dictionary(uniqueKeysWithValues: try sites(in: store.organisation).map { ($0.id, $0.name) })
        for (site, grants) in Dictionary(grouping: grants, by: \.site) {
            var to = grants.contains { $0.scope == .everyChosenGroup } ? ["every chosen group"] : []
            if let groups = try self.names(of: Set(grants.compactMap(\.scope.group)), in: store) { to.append(groups) }
            lines.append("\(names[site] ?? site.rawValue) to \(to.joined(separator: ", "))")
        }
        return lines.isEmpty ? nil : lines.sorted().joined(separator: "; ")
    }
}

extension Grant.Scope {
    /// nil for every chosen group.
    fileprivate var group: Group.ID? {
        switch self {
        case .everyChosenGroup: nil
        case .group(let id): id
        }
    }
}
