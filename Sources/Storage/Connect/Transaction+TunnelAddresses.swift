import Access
import Directory
import Foundation

extension Transaction {
    /// The address that the device has at the site: the one it had before, or else the lowest that is free.
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
        try run("DELETE FROM tunnel_address WHERE organisation_id = \(organisation.id) AND free_from <= \(store.time)")
        let number = try lowestFreeAddress(in: organisation)
        try run(
            """
            INSERT INTO tunnel_address (organisation_id, device_id, site_id, number)
            VALUES (\(organisation.id), \(device), \(site), \(number))
            """
        )
        return UInt32(truncatingIfNeeded: number)
    }

    /// Frees the addresses of a device that was removed, once no gateway can let it in any more: a minute after the longest lease,
    /// since a full state takes its time to arrive.
    func freeTunnelAddresses(of device: Device.ID, in store: Store) throws(StoreError) {
        let end = try longestLeaseEnd(in: store).addingTimeInterval(60)
        try run(
            """
            UPDATE tunnel_address SET free_from = \(end)
            WHERE organisation_id = \(store.organisation.id) AND device_id = \(device)
            """
        )
    }

    /// Gives a device that came back the addresses that it had, as far as nobody else has them.
    func takeBackTunnelAddresses(of device: Device.ID, in store: Store) throws(StoreError) {
        try run(
            """
            UPDATE tunnel_address SET free_from = NULL
            WHERE organisation_id = \(store.organisation.id) AND device_id = \(device) AND free_from IS NOT NULL
            """
        )
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
