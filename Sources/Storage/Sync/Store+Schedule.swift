public import Foundation

extension Store {
    /// The name of the lease under which an organisation is synchronized.
    public static let syncLease = "okta-sync"

    /// How long a server that works on an organisation is left alone: long enough to outlive a slow page, short enough
    /// that another takes over within a minute.
    public static let syncLeaseSeconds = 60

    /// Asks for a synchronization as soon as a server is free, for whoever asked; kept over a restart.
    ///
    /// Nothing happens while *Synchronization Status* is off.
    public func requestSync(
        _ mode: SyncMode,
        trigger: SyncRun.Trigger,
        requestedBy: String?
    ) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.requestSync(mode, trigger: trigger, requestedBy: requestedBy, in: self)
        }
    }

    /// Takes up to `limit` organisations of the whole database whose synchronization is due, with a lease on each, the
    /// longest overdue first. Of several servers each gets others.
    ///
    /// - Parameter owner: This server; no two have the same.
    public func claimDueSyncs(
        limit: Int,
        every intervals: SyncIntervals,
        owner: String
    ) async throws(StoreError) -> [DueSync] {
        // On SQLite writers take turns anyway; on PostgreSQL the rows' locks keep servers apart, and a lock that all
        // share would make them wait for each other.
        try await database.write(lock: "due syncs of \(owner)") { (transaction) throws(StoreError) in
            var due: [DueSync] = []
            let rows = try transaction.rows(
                """
                SELECT sync_schedule.organisation_id, full_at, catalogue_at, requested_because, requested_by
                FROM sync_schedule
                WHERE next_at <= \(time) ORDER BY next_at LIMIT \(limit) \(transaction.forUpdateSkipLocked)
                """
            )
            for row in rows {
                let store = try transaction.store(of: try row.id("organisation_id"), like: self)
                if let sync = try transaction.claim(row, in: store, every: intervals, owner: owner) { due.append(sync) }
            }
            return due
        }
    }

    /// When the next synchronization of the database is due; nil where none ever is.
    public func nextSyncAt() async throws(StoreError) -> Date? {
        try await read { (transaction) throws(StoreError) in
            try transaction.row("SELECT MIN(next_at) AS next_at FROM sync_schedule")?.optionalDate("next_at")
        }
    }
}

extension Transaction {
    /// Another organisation's store on the same database.
    func store(of organisation: Organisation.ID, like store: Store) throws(StoreError) -> Store {
        if organisation == store.organisation.id { return store }
        let named: SQL = "SELECT name FROM organisation WHERE organisation_id = \(organisation)"
        guard let row = try row(named) else { throw .notFound("The organisation was removed.") }
        return store.of(Organisation(id: organisation, name: try row.text("name")))
    }

    /// The most that is due for an organisation; nil where another server, or the command line, is at work.
    fileprivate func claim(
        _ row: Row,
        in store: Store,
        every intervals: SyncIntervals,
        owner: String
    ) throws(StoreError) -> DueSync? {
        guard
            let lease = try acquireLease(
                Store.syncLease,
                owner: "\(owner)/\(UUID().uuidString)",
                seconds: Store.syncLeaseSeconds,
                in: store
            )
        else {
            try run(
                """
                UPDATE sync_schedule SET next_at = \(store.time.addingTimeInterval(2))
                WHERE organisation_id = \(store.organisation.id)
                """
            )
            return nil
        }
        let isFull = try row.date("full_at") <= store.time
        let isCatalogueDue = try row.date("catalogue_at") <= store.time
        let withCatalogue = isFull || isCatalogueDue
        let trigger = try row.optionalText("requested_because").flatMap(SyncRun.Trigger.init(rawValue:))
        let requestedBy = try row.optionalText("requested_by")
        func after(_ interval: Duration) -> Date {
            store.time.addingTimeInterval(Double(interval.components.seconds))
        }
        let full: SQL = isFull ? "full_at = \(after(intervals.full))," : ""
        let catalogue: SQL = withCatalogue ? "catalogue_at = \(after(intervals.catalogue))," : ""
        try run(
            """
            UPDATE sync_schedule SET \(full) \(catalogue) incremental_at = \(after(intervals.incremental)),
                next_at = \(lease.expiresAt), requested_because = NULL, requested_by = NULL
            WHERE organisation_id = \(store.organisation.id)
            """
        )
        return DueSync(
            store: store,
            lease: lease,
            mode: isFull ? .full : .incremental,
            withCatalogue: withCatalogue,
            trigger: trigger ?? .schedule,
            requestedBy: requestedBy
        )
    }

    /// Asks for a synchronization now. A first one is always full.
    func requestSync(
        _ mode: SyncMode,
        trigger: SyncRun.Trigger,
        requestedBy: String?,
        in store: Store
    ) throws(StoreError) {
        guard let integration = try oktaIntegration(in: store), integration.synchronization else { return }
        let isFull = mode == .full || integration.lastSyncAt == nil
        // In a row that another server works on, `next_at` is when it may be taken over: the end of its run finds what
        // was asked for in the meantime.
        try run(
            """
            INSERT INTO sync_schedule (organisation_id, next_at, full_at, catalogue_at, incremental_at,
                requested_because, requested_by)
            VALUES (\(store.organisation.id), \(store.time), \(store.time), \(store.time), \(store.time), \(trigger),
                \(requestedBy))
            ON CONFLICT (organisation_id) DO UPDATE SET incremental_at = excluded.incremental_at,
                full_at = CASE WHEN \(isFull) THEN excluded.full_at ELSE sync_schedule.full_at END,
                requested_because = excluded.requested_because, requested_by = excluded.requested_by,
                next_at = CASE WHEN sync_schedule.next_at < excluded.next_at THEN sync_schedule.next_at
                    ELSE excluded.next_at END
            """
        )
    }

    /// Takes an organisation out of the schedule.
    func unschedule(in store: Store) throws(StoreError) {
        try run("DELETE FROM sync_schedule WHERE organisation_id = \(store.organisation.id)")
    }

    /// Notes when the next synchronization is due after one ended: as planned, or, after one that failed, in half a
    /// minute, then in twice as long each time up to ten minutes.
    func schedule(after conclusion: Conclusion, in store: Store) throws(StoreError) {
        guard conclusion.run.mode != .events else { return }
        let organisation = store.organisation.id
        if conclusion.state == .failed {
            let failures = try row("SELECT failures FROM sync_schedule WHERE organisation_id = \(organisation)")
            let seconds = min(600, 30 * (1 << min(10, try failures?.int("failures") ?? 0)))
            let again = store.time.addingTimeInterval(TimeInterval(seconds))
            let full: SQL = conclusion.run.mode == .full ? "full_at = \(again)," : ""
            try run(
                """
                UPDATE sync_schedule SET \(full) incremental_at = \(again), failures = failures + 1,
                    catalogue_at = CASE WHEN catalogue_at < \(again) THEN \(again) ELSE catalogue_at END
                WHERE organisation_id = \(organisation)
                """
            )
        } else {
            try run(
                "UPDATE sync_schedule SET failures = 0 WHERE organisation_id = \(organisation) AND failures <> 0"
            )
        }
        try run(
            """
            UPDATE sync_schedule SET next_at = CASE WHEN full_at <= incremental_at AND full_at <= catalogue_at THEN full_at
                WHEN catalogue_at <= incremental_at THEN catalogue_at ELSE incremental_at END
            WHERE organisation_id = \(organisation)
            """
        )
    }
}
