public import Access
public import Directory
import Foundation

extension Store {
    /// Open connections, the newest first.
    ///
    /// - Parameters:
    ///   - site: nil for all.
    ///   - user: nil for all.
    public func liveConnections(
        at site: Site.ID? = nil,
        of user: User.ID? = nil,
        limit: Int = 200
    ) async throws(StoreError) -> [LiveConnection] {
        let condition: SQL = "closed_at IS NULL AND \(Connection.condition(site: site, user: user))"
        return try await read { (transaction) throws(StoreError) in
            let open = try transaction.namedConnections(
                where: condition,
                // At one site, revisions are in the order of time.
                order: site == nil ? "opened_at DESC, connection_id" : "opened_revision DESC, connection_id",
                limit: limit,
                in: organisation
            )
            let uses = try transaction.uses(of: open.map(\.connection.id), in: organisation)
            return open.map { named in
                let use = uses[named.connection.id] ?? Use()
                return LiveConnection(
                    connection: named.connection,
                    login: named.login,
                    device: named.device,
                    gateway: use.gateway,
                    lastHandshakeAt: use.lastHandshakeAt,
                    receivedBytes: use.receivedBytes,
                    sentBytes: use.sentBytes
                )
            }
        }
    }

    /// Connections that were closed, the newest first; those of the last ninety days are kept.
    public func recentCuts(
        at site: Site.ID? = nil,
        of user: User.ID? = nil,
        limit: Int = 50
    ) async throws(StoreError) -> [Cut] {
        let condition: SQL = """
            closed_at IS NOT NULL AND closed_revision IS NOT NULL AND \(Connection.condition(site: site, user: user))
            """
        return try await read { (transaction) throws(StoreError) in
            let closed = try transaction.namedConnections(
                where: condition,
                order: site == nil ? "closed_at DESC, connection_id" : "closed_revision DESC, connection_id",
                limit: limit,
                in: organisation
            )
            let gateways = try transaction.cutGateways(of: closed.map(\.connection.id), in: organisation)
            return closed.compactMap { named in
                guard let closedAt = named.connection.closedAt else { return nil }
                return Cut(
                    connection: named.connection,
                    login: named.login,
                    device: named.device,
                    site: named.site,
                    isSiteRemoved: named.isSiteRemoved,
                    closedAt: closedAt,
                    because: named.connection.closedBecause ?? "",
                    gateways: gateways[named.connection.id] ?? [],
                    leaseEndsAt: named.leaseEndsAt ?? closedAt
                )
            }
        }
    }
}

extension Connection {
    fileprivate static func condition(site: Site.ID?, user: User.ID?) -> SQL {
        var conditions: [SQL] = ["TRUE"]
        if let site { conditions.append("connection.site_id = \(site)") }
        if let user { conditions.append("connection.okta_user_id = \(user)") }
        return SQL.joined(conditions, by: " AND ")
    }
}

/// What the gateways reported of one connection.
private struct Use {
    var gateway: String?
    var lastHandshakeAt: Date?
    var receivedBytes: Int64 = 0
    var sentBytes: Int64 = 0
}

private struct NamedConnection {
    let connection: Connection
    let login: String
    let device: String
    let site: String
    let isSiteRemoved: Bool
    /// nil while it is open.
    let leaseEndsAt: Date?
}

extension Transaction {
    fileprivate func namedConnections(
        where condition: SQL,
        order: SQL,
        limit: Int,
        in organisation: Organisation
    ) throws(StoreError) -> [NamedConnection] {
        var connections: [NamedConnection] = []
        try forEach(
            """
            SELECT \(Connection.columns), lease_ends_at, login, device.name AS device_name, site.name AS site_name,
                site.removed_at AS site_removed_at
            FROM connection
            LEFT JOIN site ON site.organisation_id = connection.organisation_id
                AND site.site_id = connection.site_id
            JOIN users ON users.organisation_id = connection.organisation_id
                AND users.okta_user_id = connection.okta_user_id
            JOIN device ON device.organisation_id = connection.organisation_id
                AND device.device_id = connection.device_id
            WHERE connection.organisation_id = \(organisation.id) AND \(condition) ORDER BY \(order) LIMIT \(limit)
            """
        ) { (row) throws(StoreError) in
            connections.append(
                NamedConnection(
                    connection: try Connection(row),
                    login: try row.text("login"),
                    device: try row.text("device_name"),
                    site: try row.text("site_name"),
                    isSiteRemoved: try row.optionalDate("site_removed_at") != nil,
                    leaseEndsAt: try row.optionalDate("lease_ends_at")
                )
            )
        }
        return connections
    }

    fileprivate func uses(
        of connections: [Connection.ID],
        in organisation: Organisation
    ) throws(StoreError) -> [Connection.ID: Use] {
        var uses: [Connection.ID: Use] = [:]
        for chunk in connections.chunks(of: 500) {
            try forEach(
                """
                SELECT connection_id, name, last_handshake_at, received_bytes, sent_bytes
                FROM peer_use JOIN gateway USING (organisation_id, gateway_id)
                WHERE peer_use.organisation_id = \(organisation.id) AND connection_id IN (\(SQL.list(chunk)))
                ORDER BY COALESCE(last_handshake_at, 0), name
                """
            ) { (row) throws(StoreError) in
                let id: Connection.ID = try row.id("connection_id")
                var use = uses[id] ?? Use()
                if let seen = try row.optionalDate("last_handshake_at") {
                    use.gateway = try row.text("name")
                    use.lastHandshakeAt = seen
                }
                use.receivedBytes &+= try row.int64("received_bytes")
                use.sentBytes &+= try row.int64("sent_bytes")
                uses[id] = use
            }
        }
        return uses
    }

    fileprivate func cutGateways(
        of connections: [Connection.ID],
        in organisation: Organisation
    ) throws(StoreError) -> [Connection.ID: [Cut.Gateway]] {
        var gateways: [Connection.ID: [Cut.Gateway]] = [:]
        for chunk in connections.chunks(of: 500) {
            try forEach(
                """
                SELECT connection_id, gateway_name, ended_as, lease_ends_at, acknowledged_at FROM connection_cut
                WHERE organisation_id = \(organisation.id) AND connection_id IN (\(SQL.list(chunk)))
                ORDER BY gateway_name, ended_as IS NOT NULL, gateway_id
                """
            ) { (row) throws(StoreError) in
                let gateway = try Cut.Gateway(
                    name: row.text("gateway_name"),
                    end: row.optionalText("ended_as").flatMap(Gateway.End.init),
                    leaseEndsAt: row.date("lease_ends_at"),
                    acknowledgedAt: row.optionalDate("acknowledged_at")
                )
                gateways[try row.id("connection_id"), default: []].append(gateway)
            }
        }
        return gateways
    }
}
