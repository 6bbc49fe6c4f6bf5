public import Access
public import Directory
import Foundation

extension Store {
    /// Whom the site's gateways let in now: devices with an open connection whose session is good, one that has just run out not
    /// included.
    public func peerState(of id: Site.ID) async throws(StoreError) -> SitePeers {
        try await read { (transaction) throws(StoreError) in
            let (site, lease, revision) = try transaction.siteState(id, in: self)
            return SitePeers(
                revision: revision,
                lease: lease,
                networks: [site.addressRange],
                tunnelRange: TunnelAddress.range,
                peers: try transaction.peers(where: "site_id = \(id)", in: self)
            )
        }
    }

    /// - Parameter revision: An earlier one of the site's.
    public func peerChanges(of id: Site.ID, since revision: Int64) async throws(StoreError) -> SitePeerChanges {
        try await read { (transaction) throws(StoreError) in
            let (site, lease, now) = try transaction.siteState(id, in: self)
            let closed: SQL = """
                SELECT public_key FROM connection
                JOIN device ON device.organisation_id = connection.organisation_id
                    AND device.device_id = connection.device_id
                WHERE connection.organisation_id = \(organisation.id) AND site_id = \(id)
                    AND closed_revision IS NOT NULL AND closed_revision > \(revision)
                """
            var removed: Set<String> = []
            try transaction.forEach(closed) { (row) throws(StoreError) in removed.insert(try row.text("public_key")) }
            let opened: SQL = "site_id = \(id) AND opened_revision > \(revision)"
            return SitePeerChanges(
                revision: now,
                lease: lease,
                networks: [site.addressRange],
                removed: removed.sorted(),
                added: try transaction.peers(where: opened, in: self)
            )
        }
    }
}

extension Transaction {
    fileprivate func siteState(
        _ id: Site.ID,
        in store: Store
    ) throws(StoreError) -> (site: Site, lease: Int, revision: Int64) {
        let query: SQL = """
            SELECT site_id, name, address_range, lease_seconds, revision FROM site
            WHERE organisation_id = \(store.organisation.id) AND site_id = \(id) AND removed_at IS NULL
            """
        guard let row = try row(query) else { throw .notFound("There is no such site.") }
        return try (Site(row), row.int("lease_seconds"), row.int64("revision"))
    }

    /// By public key. They are put into that order here: told to, SQLite would go through every device there is.
    ///
    /// - Parameter condition: On `connection`.
    fileprivate func peers(where condition: SQL, in store: Store) throws(StoreError) -> [SitePeer] {
        var peers: [SitePeer] = []
        try forEach(
            """
            SELECT public_key, connection.address FROM connection
            JOIN device ON device.organisation_id = connection.organisation_id
                AND device.device_id = connection.device_id
            JOIN session ON session.organisation_id = connection.organisation_id
                AND session.session_id = connection.session_id
            WHERE connection.organisation_id = \(store.organisation.id) AND closed_at IS NULL AND \(condition)
                AND ended_at IS NULL AND NOT \(Session.hasRunOut(at: store.time)) AND removed_at IS NULL
            """
        ) { (row) throws(StoreError) in
            peers.append(SitePeer(publicKey: try row.text("public_key"), address: try row.text("address")))
        }
        return peers.sorted { $0.publicKey < $1.publicKey }
    }
}
