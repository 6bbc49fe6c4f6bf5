public import Access
public import Directory

extension Store {
    /// Does nothing where it was closed already.
    ///
    /// - Parameter byUser: Whether its own user closes it.
    public func closeConnection(
        _ id: Connection.ID,
        because why: String,
        byUser: Bool = false
    ) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) -> Void in
            try transaction.closeConnections(where: "connection_id = \(id)", because: why, byUser: byUser, in: self)
        }
    }

    /// Closes a connection of a user's for an administrator; does nothing where it was closed already.
    public func dropConnection(_ id: Connection.ID, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) -> Void in
            guard
                let open = try transaction.openConnections(where: "connection_id = \(id)", in: organisation).first
            else { return }
            let site = try transaction.site(open.site, in: organisation).name
            try transaction.closeConnections(
                where: "connection_id = \(id)",
                because: "Dropped by an administrator.",
                in: self
            )
            try transaction.record(
                action: "connection.dropped",
                subject: transaction.user(open.user, in: organisation).login,
                old: "\(open.address) to \(site)",
                by: actor,
                in: self
            )
        }
    }

    /// nil where there never was one; it may be closed.
    public func connection(_ id: Connection.ID) async throws(StoreError) -> Connection? {
        try await read { (transaction) throws(StoreError) in
            try transaction.connections(where: "connection_id = \(id)", in: organisation).first
        }
    }

    /// The user's open connections, the oldest first.
    public func openConnections(of user: User.ID) async throws(StoreError) -> [Connection] {
        try await read { (transaction) throws(StoreError) in
            try transaction.openConnections(where: "okta_user_id = \(user)", in: organisation)
        }
    }

    /// How many connections are open to each site; sites without one are left out.
    public func openConnectionCounts() async throws(StoreError) -> [Site.ID: Int] {
        try await read { (transaction) throws(StoreError) in
            var counts: [Site.ID: Int] = [:]
            try transaction.forEach(
                """
                SELECT site_id, COUNT(*) AS count FROM connection
                WHERE organisation_id = \(organisation.id) AND closed_at IS NULL GROUP BY site_id
                """
            ) { (row) throws(StoreError) in counts[try row.id("site_id")] = try row.int("count") }
            return counts
        }
    }
}

extension Transaction {
    /// Closes the open connections for which `condition` holds; how many there were. Every way in which a connection is closed is
    /// through here: its site has another revision, and each enrolled gateway there has to acknowledge it, as has each machine
    /// that was one and may go by its lease yet.
    @discardableResult
    func closeConnections(
        where condition: SQL,
        because why: String,
        byUser: Bool = false,
        in store: Store
    ) throws(StoreError) -> Int {
        let organisation = store.organisation.id
        let open: SQL = "organisation_id = \(organisation) AND closed_at IS NULL AND \(condition)"
        var found: Set<Site.ID> = []
        // Not `DISTINCT`, for which SQLite would go through the open connections of every site.
        try forEach("SELECT site_id FROM connection WHERE \(open)") { (row) throws(StoreError) in
            found.insert(try row.id("site_id"))
        }
        if found.isEmpty { return 0 }
        let sites = SQL.list(found.sorted())
        try raiseRevision(ofSites: "site_id IN (\(sites))", in: store)
        let closed = try run(
            """
            UPDATE connection SET closed_at = \(store.time), closed_because = \(why), closed_by_user = \(byUser),
                (closed_revision, lease_ends_at) = (
                    SELECT revision, CASE WHEN earlier_lease_ends_at > \(store.time) + lease_seconds * 1000
                        THEN earlier_lease_ends_at ELSE \(store.time) + lease_seconds * 1000 END
                    FROM site
                    WHERE site.organisation_id = connection.organisation_id AND site.site_id = connection.site_id)
            WHERE \(open)
            """
        )
        // What was closed just now is what has the revision that was raised just now.
        let justClosed: SQL = """
            JOIN connection ON connection.organisation_id = site.organisation_id AND connection.site_id = site.site_id
                AND closed_revision = site.revision AND closed_revision IS NOT NULL
            WHERE site.organisation_id = \(organisation) AND site.site_id IN (\(sites))
            """
        try run(
            """
            INSERT INTO connection_cut (organisation_id, connection_id, gateway_id, gateway_name, ended_as,
                closed_revision, lease_ends_at)
            SELECT connection.organisation_id, connection_id, gateway_id, gateway.name, NULL, closed_revision,
                connection.lease_ends_at
            FROM site
            JOIN gateway ON gateway.organisation_id = site.organisation_id AND gateway.site_id = site.site_id
                AND enrolled_at IS NOT NULL
            \(justClosed)
            UNION ALL
            SELECT connection.organisation_id, connection_id, gateway_id, machine.name, ended_as, closed_revision,
                machine.lease_ends_at
            FROM site
            JOIN former_gateway AS machine ON machine.organisation_id = site.organisation_id
                AND machine.site_id = site.site_id AND machine.lease_ends_at > \(store.time)
            \(justClosed)
            """
        )
        return closed
    }
}
