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
                SELECT organisation_id, full_at, catalogue_at, requested_because, requested_by, asked
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
        try abandonRuns(where: "fence < \(lease.fence)", in: store)
        let isFull = try row.date("full_at") <= store.time
        let isCatalogueDue = try row.date("catalogue_at") <= store.time
        // When it is due again is noted at its end: if this server dies, the one that takes over does the same work.
        try run(
            "UPDATE sync_schedule SET next_at = \(lease.expiresAt) WHERE organisation_id = \(store.organisation.id)"
        )
        return DueSync(
            store: store,
            lease: lease,
            mode: isFull ? .full : .incremental,
            withCatalogue: isFull || isCatalogueDue,
            trigger: try row.optionalText("requested_because").flatMap(SyncRun.Trigger.init(rawValue:)) ?? .schedule,
            requestedBy: try row.optionalText("requested_by"),
            claim: DueSync.Claim(
                at: store.time,
                asked: try row.int("asked"),
                mode: isFull ? .full : .incremental,
                withCatalogue: isFull || isCatalogueDue,
                intervals: intervals
            )
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
                requested_because, requested_by, asked)
            VALUES (\(store.organisation.id), \(store.time), \(store.time), \(store.time), \(store.time), \(trigger),
                \(requestedBy), 1)
            ON CONFLICT (organisation_id) DO UPDATE SET incremental_at = excluded.incremental_at,
                full_at = CASE WHEN \(isFull) THEN excluded.full_at ELSE sync_schedule.full_at END,
                requested_because = excluded.requested_because, requested_by = excluded.requested_by,
                asked = sync_schedule.asked + 1,
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
    /// minute, then in twice as long each time up to ten minutes, a full one in five. A full one that fails does not keep
    /// back those that read what changed. What somebody asked for in the meantime stays due.
    func schedule(after conclusion: Conclusion, in store: Store) throws(StoreError) {
        guard conclusion.run.mode != .events else { return }
        let planned: SQL = "SELECT * FROM sync_schedule WHERE organisation_id = \(store.organisation.id)"
        guard let row = try row(planned) else { return }
        let times = try DueTimes(row)
        let wasAskedSince = try conclusion.claim.map { (claim) throws(StoreError) in
            try row.int("asked") != claim.asked
        }
        var next = times
        var failures = 0
        if conclusion.state == .failed {
            failures = try row.int("failures") + 1
            let seconds = min(600, 30 * (1 << min(10, failures - 1)))
            if wasAskedSince != true { next.delay(conclusion.run.mode, by: TimeInterval(seconds), from: store.time) }
        } else if let claim = conclusion.claim {
            next.move(past: claim, wasAskedSince: wasAskedSince == true)
        }
        let settlesRequest = conclusion.claim != nil && wasAskedSince == false
        let request: SQL = settlesRequest ? ", requested_because = NULL, requested_by = NULL" : ""
        try run(
            """
            UPDATE sync_schedule SET full_at = \(next.full), catalogue_at = \(next.catalogue),
                incremental_at = \(next.incremental), next_at = \(next.first), failures = \(failures) \(request)
            WHERE organisation_id = \(store.organisation.id)
            """
        )
    }
}

/// When each kind of synchronization of an organisation is due.
private struct DueTimes {
    var full: Date
    var catalogue: Date
    var incremental: Date

    init(_ row: Row) throws(StoreError) {
        full = try row.date("full_at")
        catalogue = try row.date("catalogue_at")
        incremental = try row.date("incremental_at")
    }

    var first: Date { min(full, catalogue, incremental) }

    mutating func delay(_ mode: SyncMode, by seconds: TimeInterval, from now: Date) {
        if mode == .full { full = max(full, now.addingTimeInterval(300)) }
        catalogue = max(catalogue, now.addingTimeInterval(seconds))
        incremental = max(incremental, now.addingTimeInterval(seconds))
    }

    /// - Parameter wasAskedSince: Then what was set since the claim stays.
    mutating func move(past claim: DueSync.Claim, wasAskedSince: Bool) {
        func moved(_ old: Date, by interval: Duration) -> Date {
            wasAskedSince && old >= claim.at ? old : claim.at.addingTimeInterval(Double(interval.components.seconds))
        }
        incremental = moved(incremental, by: claim.intervals.incremental)
        if claim.withCatalogue { catalogue = moved(catalogue, by: claim.intervals.catalogue) }
        if claim.mode == .full { full = moved(full, by: claim.intervals.full) }
    }
}
