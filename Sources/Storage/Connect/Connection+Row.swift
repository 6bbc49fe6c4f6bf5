import Directory

extension Connection {
    /// What ``init(_:)`` reads.
    static let columns: SQL = """
        connection.connection_id, connection.device_id, connection.okta_user_id, connection.site_id,
        connection.session_id, connection.address, opened_at, closed_at, closed_because, closed_by_user
        """

    init(_ row: Row) throws(StoreError) {
        try self.init(
            id: row.id("connection_id"),
            device: row.id("device_id"),
            user: row.id("okta_user_id"),
            site: row.id("site_id"),
            session: row.optionalID("session_id"),
            address: row.text("address"),
            openedAt: row.date("opened_at"),
            closedAt: row.optionalDate("closed_at"),
            closedBecause: row.optionalText("closed_because"),
            isClosedByUser: row.bool("closed_by_user")
        )
    }
}

extension Transaction {
    /// The oldest first.
    func openConnections(where condition: SQL, in organisation: Organisation) throws(StoreError) -> [Connection] {
        try connections(where: "closed_at IS NULL AND \(condition)", in: organisation)
    }

    /// The oldest first.
    func connections(where condition: SQL, in organisation: Organisation) throws(StoreError) -> [Connection] {
        var connections: [Connection] = []
        let query: SQL = """
            SELECT \(Connection.columns) FROM connection WHERE organisation_id = \(organisation.id) AND \(condition)
            ORDER BY opened_at, connection_id
            """
        try forEach(query) { (row) throws(StoreError) in connections.append(try Connection(row)) }
        return connections
    }
}
