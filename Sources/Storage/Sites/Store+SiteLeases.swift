public import Access
public import Foundation

extension Store {
    /// Seconds for which a gateway of the site keeps its peers while it hears nothing of the server.
    public func lease(of site: Site.ID) async throws(StoreError) -> Int {
        try await read { (transaction) throws(StoreError) in
            try transaction.lease(of: site, in: organisation).seconds
        }
    }

    /// Until when a gateway of the site that hears nothing more from now on may let its peers in.
    public func latestLeaseEnd(of site: Site.ID) async throws(StoreError) -> Date {
        try await read { (transaction) throws(StoreError) in
            try transaction.latestLeaseEnd(of: site, in: self)
        }
    }

    /// Gateways go by the new lease from the next full state on. One that hears nothing goes on by the one before.
    ///
    /// - Parameter seconds: In ``Access/Site/leaseRange``.
    public func setLease(_ seconds: Int, of id: Site.ID, by actor: Actor) async throws(StoreError) {
        guard Site.leaseRange.contains(seconds) else { throw .conflict("A lease is 60 to 86,400 seconds.") }
        try await write { (transaction) throws(StoreError) in
            let site = try transaction.site(id, in: organisation)
            let before = try transaction.lease(of: id, in: organisation).seconds
            guard before != seconds else { return }
            let end = try transaction.latestLeaseEnd(of: id, in: self)
            try transaction.run(
                """
                UPDATE site SET lease_seconds = \(seconds), earlier_lease_ends_at = \(end)
                WHERE organisation_id = \(organisation.id) AND site_id = \(id)
                """
            )
            try transaction.raiseRevision(ofSites: "site_id = \(id)", in: self)
            try transaction.record(
                action: "site.lease-changed",
                subject: site.name,
                old: "\(before) seconds",
                new: "\(seconds) seconds",
                by: actor,
                in: self
            )
        }
    }
}

extension Transaction {
    fileprivate func lease(
        of site: Site.ID,
        in organisation: Organisation
    ) throws(StoreError) -> (seconds: Int, earlierEnd: Date?) {
        let query: SQL = """
            SELECT lease_seconds, earlier_lease_ends_at FROM site
            WHERE organisation_id = \(organisation.id) AND site_id = \(site) AND removed_at IS NULL
            """
        guard let row = try row(query) else { throw .notFound("There is no such site.") }
        return try (row.int("lease_seconds"), row.optionalDate("earlier_lease_ends_at"))
    }

    /// Until when a gateway of the site that hears nothing more from now on may let its peers in.
    func latestLeaseEnd(of site: Site.ID, in store: Store) throws(StoreError) -> Date {
        let (seconds, earlierEnd) = try lease(of: site, in: store.organisation)
        return max(store.time.addingTimeInterval(Double(seconds)), earlierEnd ?? .distantPast)
    }

    /// When no gateway of any site can go by a lease any more that it was given by now; removed sites aside.
    func longestLeaseEnd(in store: Store) throws(StoreError) -> Date {
        let row = try row(
            """
            SELECT MAX(lease_seconds) AS lease, MAX(earlier_lease_ends_at) AS earlier FROM site
            WHERE organisation_id = \(store.organisation.id) AND removed_at IS NULL
            """
        )
        let seconds = try row?.optionalInt("lease") ?? Site.defaultLease
        return max(
            store.time.addingTimeInterval(Double(seconds)),
            try row?.optionalDate("earlier") ?? .distantPast
        )
    }
}
