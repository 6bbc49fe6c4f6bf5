public import Access
public import Directory

extension Store {
    /// Opens a tunnel from the device to the site if ``AccessFacts/decision(for:)`` allows it, decided in the same
    /// transaction. One that is open already is given as it is.
    ///
    /// Throws ``StoreError/denied(_:)`` with the refusal.
    public func openConnection(device id: Device.ID, site: Site.ID) async throws(StoreError) -> Connection {
        let new = Connection.ID.random()
        return try await write { (transaction) throws(StoreError) in
            let device = try transaction.device(id, in: organisation)
            guard let facts = try transaction.accessFacts(for: device.user, in: self) else {
                throw .notFound("There is no such user.")
            }
            if case .denied(let refusal) = facts.decision(for: site) { throw .denied(refusal) }
            let open = try transaction.openConnections(
                where: "device_id = \(id) AND site_id = \(site)",
                in: organisation
            )
            if let open = open.first { return open }
            let number = try transaction.tunnelAddress(of: id, at: site, in: organisation)
            let connection = Connection(
                id: new,
                device: id,
                user: device.user,
                site: site,
                address: AddressRange.dotted(number),
                openedAt: time,
                closedAt: nil,
                closedBecause: nil
            )
            try transaction.run(
                """
                INSERT INTO connection (organisation_id, connection_id, device_id, okta_user_id, site_id, address,
                    opened_at)
                VALUES (\(organisation.id), \(new), \(id), \(connection.user), \(site), \(connection.address),
                    \(connection.openedAt))
                """
            )
            return connection
        }
    }

    /// Does nothing where it was closed already.
    public func closeConnection(_ id: Connection.ID, because why: String) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) -> Void in
            try transaction.closeConnections(where: "connection_id = \(id)", because: why, in: self)
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

    /// The open connections to the site, the oldest first.
    public func openConnections(at site: Site.ID) async throws(StoreError) -> [Connection] {
        try await read { (transaction) throws(StoreError) in
            try transaction.openConnections(where: "site_id = \(site)", in: organisation)
        }
    }
}

extension Connection {
    fileprivate init(_ row: Row) throws(StoreError) {
        try self.init(
            id: row.id("connection_id"),
            device: row.id("device_id"),
            user: row.id("okta_user_id"),
            site: row.id("site_id"),
            address: row.text("address"),
            openedAt: row.date("opened_at"),
            closedAt: row.optionalDate("closed_at"),
            closedBecause: row.optionalText("closed_because")
        )
    }
}

extension Transaction {
    /// Closes the open connections for which `condition` holds; how many there were.
    @discardableResult
    func closeConnections(
        where condition: SQL,
        because why: String,
        in store: Store
    ) throws(StoreError) -> Int {
        try run(
            """
            UPDATE connection SET closed_at = \(store.time), closed_because = \(why)
            WHERE organisation_id = \(store.organisation.id) AND closed_at IS NULL AND \(condition)
            """
        )
    }

    fileprivate func openConnections(
        where condition: SQL,
        in organisation: Organisation
    ) throws(StoreError) -> [Connection] {
        try connections(where: "closed_at IS NULL AND \(condition)", in: organisation)
    }

    fileprivate func connections(
        where condition: SQL,
        in organisation: Organisation
    ) throws(StoreError) -> [Connection] {
        var connections: [Connection] = []
        let query: SQL = """
            SELECT connection_id, device_id, okta_user_id, site_id, address, opened_at, closed_at, closed_because
            FROM connection WHERE organisation_id = \(organisation.id) AND \(condition)
            ORDER BY opened_at, connection_id
            """
        try forEach(query) { (row) throws(StoreError) in connections.append(try Connection(row)) }
        return connections
    }

    /// The address that the device has at the site: the one it had before, or else the lowest that is free.
    fileprivate func tunnelAddress(
        of device: Device.ID,
        at site: Site.ID,
        in organisation: Organisation
    ) throws(StoreError) -> UInt32 {
        let kept: SQL = """
            SELECT number FROM tunnel_address
            WHERE organisation_id = \(organisation.id) AND device_id = \(device) AND site_id = \(site)
            """
        if let row = try row(kept) { return UInt32(truncatingIfNeeded: try row.int64("number")) }
        let number = try lowestFreeAddress(in: organisation)
        try run(
            """
            INSERT INTO tunnel_address (organisation_id, device_id, site_id, number)
            VALUES (\(organisation.id), \(device), \(site), \(number))
            """
        )
        return UInt32(truncatingIfNeeded: number)
    }

    /// The first address, or the lowest that follows one in use and is not in use itself.
    private func lowestFreeAddress(in organisation: Organisation) throws(StoreError) -> Int64 {
        let lowest: SQL = """
            SELECT MIN(candidate.number) AS number
            FROM (
                SELECT \(TunnelAddress.first) AS number
                UNION ALL
                SELECT number + 1 FROM tunnel_address WHERE organisation_id = \(organisation.id)
            ) AS candidate
            WHERE NOT EXISTS (
                SELECT 1 FROM tunnel_address AS used
                WHERE used.organisation_id = \(organisation.id) AND used.number = candidate.number)
            """
        guard let number = try row(lowest)?.optionalInt64("number"), number <= TunnelAddress.last else {
            throw .conflict("Every tunnel address of \(TunnelAddress.range) is taken; remove unused devices first.")
        }
        return number
    }
}
