import Foundation

extension Store {
    /// The lease of that name for the next `seconds`; nil while another owner holds it. An owner that asks again gets a
    /// new fence, and what it did under the former one no longer counts.
    public func acquireLease(_ name: String, owner: String, seconds: Int) async throws(StoreError) -> Lease? {
        try await write { (transaction) throws(StoreError) in
            try transaction.acquireLease(name, owner: owner, seconds: seconds, in: self)
        }
    }

    /// Holds the lease for `seconds` from now. Throws ``StoreError/leaseLost`` where another owner has it.
    public func renewLease(_ lease: Lease, seconds: Int = 60) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.requireHeld(lease, in: self)
            try transaction.run(
                """
                UPDATE lease SET expires_at = \(time.addingTimeInterval(TimeInterval(seconds)))
                WHERE organisation_id = \(organisation.id) AND name = \(lease.name) AND expires_at > 0
                """
            )
        }
    }

    /// Gives the lease back; one that was lost is left alone.
    public func releaseLease(_ lease: Lease) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in try transaction.release(lease, in: self) }
    }
}

extension Transaction {
    /// The lease, or nil while another owner holds it.
    func acquireLease(_ name: String, owner: String, seconds: Int, in store: Store) throws(StoreError) -> Lease? {
        let organisation = store.organisation.id
        let query: SQL = """
            SELECT owner, fence, expires_at FROM lease WHERE organisation_id = \(organisation) AND name = \(name)
            """
        var fence: Int64 = 1
        if let row = try row(query) {
            let isFree = try row.date("expires_at") <= store.time
            let isOurs = try row.text("owner") == owner
            guard isFree || isOurs else { return nil }
            fence = try row.int64("fence") + 1
        }
        let lease = Lease(
            name: name,
            owner: owner,
            fence: fence,
            expiresAt: store.time.addingTimeInterval(TimeInterval(seconds))
        )
        // Another may have taken it since it was looked at.
        let taken = try run(
            """
            INSERT INTO lease (organisation_id, name, owner, fence, expires_at)
            VALUES (\(organisation), \(name), \(owner), \(fence), \(lease.expiresAt))
            ON CONFLICT (organisation_id, name) DO UPDATE
            SET owner = excluded.owner, fence = excluded.fence, expires_at = excluded.expires_at
            WHERE lease.fence = \(fence - 1)
            """
        )
        return taken == 1 ? lease : nil
    }

    func release(_ lease: Lease, in store: Store) throws(StoreError) {
        try run(
            """
            UPDATE lease SET expires_at = 0
            WHERE organisation_id = \(store.organisation.id) AND name = \(lease.name) AND fence = \(lease.fence)
            """
        )
    }

    /// Throws ``StoreError/leaseLost`` where the lease's fence is not the last one. A lease that ran out and that nobody
    /// took is still held: nobody else has acted in the meantime. Until the transaction ends nobody can take it.
    func requireHeld(_ lease: Lease, in store: Store) throws(StoreError) {
        let held = try run(
            """
            UPDATE lease SET fence = fence
            WHERE organisation_id = \(store.organisation.id) AND name = \(lease.name) AND fence = \(lease.fence)
            """
        )
        guard held == 1 else { throw .leaseLost }
    }
}
