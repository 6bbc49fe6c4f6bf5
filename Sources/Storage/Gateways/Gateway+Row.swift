import Directory

extension Gateway {
    /// What ``init(_:)`` reads.
    static let columns: SQL = """
        gateway_id, site_id, name, public_key, endpoint, created_at, enrolled_at, last_seen_at, acknowledged_revision,
        version, implementation, refused_packets, code_expires_at
        """

    init(_ row: Row) throws(StoreError) {
        try self.init(
            id: row.id("gateway_id"),
            site: row.id("site_id"),
            name: row.text("name"),
            publicKey: row.optionalText("public_key"),
            endpoint: row.text("endpoint"),
            createdAt: row.date("created_at"),
            enrolledAt: row.optionalDate("enrolled_at"),
            lastSeenAt: row.optionalDate("last_seen_at"),
            acknowledgedRevision: row.int64("acknowledged_revision"),
            version: row.optionalText("version"),
            implementation: row.optionalText("implementation"),
            refusedPackets: row.int64("refused_packets"),
            codeExpiresAt: row.optionalDate("code_expires_at")
        )
    }
}

extension Transaction {
    /// The gateways for which `condition` holds, by name.
    func gateways(where condition: SQL, in organisation: Organisation) throws(StoreError) -> [Gateway] {
        var gateways: [Gateway] = []
        let query: SQL = """
            SELECT \(Gateway.columns) FROM gateway
            WHERE organisation_id = \(organisation.id) AND \(condition) ORDER BY name
            """
        try forEach(query) { (row) throws(StoreError) in gateways.append(try Gateway(row)) }
        return gateways
    }

    /// The gateway, or ``StoreError/notFound(_:)``.
    func gateway(_ id: Gateway.ID, in organisation: Organisation) throws(StoreError) -> Gateway {
        guard let gateway = try gateways(where: "gateway_id = \(id)", in: organisation).first else {
            throw .notFound("There is no such gateway.")
        }
        return gateway
    }
}
