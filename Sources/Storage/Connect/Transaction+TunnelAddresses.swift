import Access
import Directory
import Foundation

extension Transaction {
    /// The address that the device has at the site: the one it had before, or else one that is free.
    func tunnelAddress(
        of device: Device.ID,
        at site: Site.ID,
        in store: Store
    ) throws(StoreError) -> UInt32 {
        let organisation = store.organisation
        let kept: SQL = """
            SELECT number FROM tunnel_address
            WHERE organisation_id = \(organisation.id) AND device_id = \(device) AND site_id = \(site)
            """
        if let row = try row(kept) { return UInt32(truncatingIfNeeded: try row.int64("number")) }
        let freed = try freedAddress(in: store)
        let number = if let freed { freed } else { try newAddress(in: organisation) }
        try run(
            """
            INSERT INTO tunnel_address (organisation_id, device_id, site_id, number)
            VALUES (\(organisation.id), \(device), \(site), \(number))
            """
        )
        return UInt32(truncatingIfNeeded: number)
    }

    /// Frees the addresses of a device or site that is removed, once no gateway can let in who has them: a minute after the longest
    /// lease, since a full state takes its time to arrive. Those that wait for that already go on.
    func freeTunnelAddresses(where condition: SQL, in store: Store) throws(StoreError) {
        let end = try longestLeaseEnd(in: store).addingTimeInterval(60)
        try run(
            """
            UPDATE tunnel_address SET free_from = \(end)
            WHERE organisation_id = \(store.organisation.id) AND free_from IS NULL AND \(condition)
            """
        )
    }

    /// Gives a device that came back the addresses that it had, as far as nobody else has them; not those at removed sites.
    func takeBackTunnelAddresses(of device: Device.ID, in store: Store) throws(StoreError) {
        try run(
            """
            UPDATE tunnel_address SET free_from = NULL
            WHERE organisation_id = \(store.organisation.id) AND device_id = \(device) AND free_from IS NOT NULL
                AND site_id IN (
                    SELECT site_id FROM site WHERE organisation_id = \(store.organisation.id) AND removed_at IS NULL)
            """
        )
    }

    /// One that a removed device or site had and no gateway can know any more; nil where there is none. It is taken from there.
    private func freedAddress(in store: Store) throws(StoreError) -> Int64? {
        let organisation = store.organisation.id
        let freed: SQL = """
            SELECT number FROM tunnel_address
            WHERE organisation_id = \(organisation) AND free_from <= \(store.time) ORDER BY free_from, number LIMIT 1
            """
        guard let number = try row(freed)?.int64("number") else { return nil }
        try run("DELETE FROM tunnel_address WHERE organisation_id = \(organisation) AND number = \(number)")
        return number
    }

    /// The one after all that are in use; where there is none, the lowest gap, for which every address is looked at.
    private func newAddress(in organisation: Organisation) throws(StoreError) -> Int64 {
        let highest: SQL =
            "SELECT MAX(number) AS number FROM tunnel_address WHERE organisation_id = \(organisation.id)"
        let next = try row(highest)?.optionalInt64("number").map { $0 + 1 } ?? TunnelAddress.first
        return next <= TunnelAddress.last ? next : try lowestFreeAddress(in: organisation)
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
