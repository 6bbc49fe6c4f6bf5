import Directory
import Foundation

extension Store {
    /// Keeps a gateway's word that it lets in nobody but the peers of this revision: all that was closed up to it is cut there. An
    /// older revision than before changes nothing.
    ///
    /// Throws ``StoreError/conflict(_:)`` for a revision that the site has not had, and ``StoreError/notFound(_:)`` where the
    /// gateway was removed or enrolled anew.
    public func acknowledge(_ revision: Int64, by gateway: Gateway) async throws(StoreError) {
        let time = time
        let organisation = organisation.id
        // It waits for no synchronization: the time is that of the acknowledgement.
        try await writeUnordered { (transaction) throws(StoreError) in
            let acknowledged = try transaction.run(
                """
                UPDATE gateway SET last_seen_at = \(time), acknowledged_revision =
                    CASE WHEN acknowledged_revision < \(revision) THEN \(revision) ELSE acknowledged_revision END
                WHERE \(gateway.isStill(in: self)) AND EXISTS (
                    SELECT 1 FROM site
                    WHERE site.organisation_id = gateway.organisation_id AND site.site_id = gateway.site_id
                        AND revision >= \(revision))
                """
            )
            guard acknowledged > 0 else {
                let isThere = try transaction.row("SELECT 1 AS one FROM gateway WHERE \(gateway.isStill(in: self))")
                throw isThere == nil
                    ? .notFound("There is no such gateway.")
                    : .conflict("The site has not had the revision \(revision).")
            }
            try transaction.run(
                """
                UPDATE connection_cut SET acknowledged_at = \(time)
                WHERE organisation_id = \(organisation) AND gateway_id = \(gateway.id) AND acknowledged_at IS NULL
                    AND closed_revision <= \(revision) AND closed_revision > (
                        SELECT enrolled_revision FROM gateway
                        WHERE organisation_id = \(organisation) AND gateway_id = \(gateway.id))
                """
            )
        }
    }

    /// Keeps what a gateway reports. Peers without an open connection to its site are left out.
    ///
    /// More refused packets than before are an event, at most once in ten minutes for a gateway.
    ///
    /// - Parameter peers: Those whose figures changed.
    public func note(
        version: String,
        implementation: String,
        refusedPackets: Int64,
        peers: [PeerUse],
        of gateway: Gateway
    ) async throws(StoreError) {
        let time = time
        let refused = max(0, refusedPackets)
        // In order with the gateway's own reports, and with nothing else.
        let isTelling = try await database.write(lock: gateway.lock) { (transaction) throws(StoreError) in
            let isThere = try transaction.row("SELECT 1 AS one FROM gateway WHERE \(gateway.isStill(in: self))")
            guard isThere != nil else { throw .notFound("There is no such gateway.") }
            try transaction.keep(peers, of: gateway, at: time, in: self)
            // Last: until the end of the transaction, acknowledgements of this gateway wait for its row.
            try transaction.run(
                """
                UPDATE gateway SET version = \(String(version.prefix(100))), last_seen_at = \(time),
                    implementation = \(String(implementation.prefix(100))), refused_packets = \(refused),
                    told_refused_packets = CASE WHEN refused_packets > \(refused) THEN 0 ELSE told_refused_packets END
                WHERE \(gateway.isStill(in: self))
                """
            )
            return try transaction.row(
                "SELECT 1 AS one FROM gateway WHERE \(gateway.isStill(in: self)) AND \(isToldOfRefusedPackets)"
            ) != nil
        }
        if isTelling { try await tellOfRefusedPackets(of: gateway) }
    }

    private var isToldOfRefusedPackets: SQL {
        """
        refused_packets > told_refused_packets
            AND (told_refused_at IS NULL OR told_refused_at <= \(time.addingTimeInterval(-600)))
        """
    }

    private func tellOfRefusedPackets(of gateway: Gateway) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let condition: SQL = "\(gateway.isStill(in: self)) AND \(isToldOfRefusedPackets)"
            let new: SQL =
                "SELECT name, refused_packets - told_refused_packets AS count FROM gateway WHERE \(condition)"
            guard let row = try transaction.row(new) else { return }
            let count = try row.int64("count")
            try transaction.run(
                """
                UPDATE gateway SET told_refused_packets = refused_packets, told_refused_at = \(time) WHERE \(condition)
                """
            )
            try transaction.record(
                action: "gateway.refused-packets",
                subject: row.text("name"),
                new: count == 1 ? "1 packet" : "\(count) packets",
                by: .system,
                in: self
            )
        }
    }
}

extension Gateway {
    /// Of ``Database/write(lock:_:)``: held by who writes what the gateway reports, or ends it.
    var lock: String { "gateway \(id)" }

    /// Holds for the row while the machine that spoke is the gateway.
    fileprivate func isStill(in store: Store) -> SQL {
        "organisation_id = \(store.organisation.id) AND gateway_id = \(id) AND enrolled_at = \(enrolledAt)"
    }
}

extension Transaction {
    fileprivate func keep(
        _ peers: [PeerUse],
        of gateway: Gateway,
        at time: Date,
        in store: Store
    ) throws(StoreError) {
        guard !peers.isEmpty else { return }
        var connections: [String: String] = [:]
        let open: SQL = """
            SELECT public_key, connection_id FROM connection
            JOIN device ON device.organisation_id = connection.organisation_id
                AND device.device_id = connection.device_id
            WHERE connection.organisation_id = \(store.organisation.id) AND site_id = \(gateway.site)
                AND closed_at IS NULL
            """
        // A report has those only whose figures changed: few of many as a rule.
        let keys = peers.map(\.publicKey)
        let query: SQL = keys.count > 500 ? open : "\(open) AND public_key IN (\(SQL.list(keys)))"
        try forEach(query) { (row) throws(StoreError) in
            connections[try row.text("public_key")] = try row.text("connection_id")
        }
        var uses: [String: PeerUse] = [:]
        for peer in peers { if let connection = connections[peer.publicKey] { uses[connection] = peer } }
        let organisation = SQLValue.text(store.organisation.id.rawValue)
        try load(
            BulkRows(
                table: "peer_use",
                columns: [
                    "organisation_id", "connection_id", "gateway_id", "last_handshake_at", "received_bytes",
                    "sent_bytes",
                ],
                of: uses
            ) { connection, use in
                [
                    organisation, .text(connection), .text(gateway.id.rawValue),
                    use.lastHandshakeAt.map { min($0, time) }.sqlValue,
                    .integer(max(0, use.receivedBytes)), .integer(max(0, use.sentBytes)),
                ]
            },
            key: ["organisation_id", "connection_id", "gateway_id"],
            updates: ["last_handshake_at", "received_bytes", "sent_bytes"]
        )
    }
}
