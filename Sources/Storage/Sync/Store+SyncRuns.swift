public import Directory
import Foundation

extension Store {
    /// Shows that a run has started. Runs that are still marked as running under an earlier lease are dead: they are
    /// marked as failed. A run that is not shown is in the history only once it has ended.
    public func show(_ run: SyncRun, lease: Lease) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.requireHeld(lease, in: self)
            try transaction.abandonRuns(where: "TRUE", in: self)
            try transaction.trimHistory(in: self)
            try transaction.write(run, fence: lease.fence, in: self)
        }
    }

    /// Notes how far a run is; nothing where it does not run any more.
    public func progress(_ run: SyncRun.ID, _ progress: Progress, requests: Int) async throws(StoreError) {
        var counts = SyncCounts()
        counts.requests = requests
        let countsSoFar = try String(json: counts)
        try await write { (transaction) throws(StoreError) in
            try transaction.run(
                """
                UPDATE sync_run SET stage = \(progress.stage), done = \(progress.done), total = \(progress.total),
                    counts = \(countsSoFar)
                WHERE organisation_id = \(organisation.id) AND sync_run_id = \(run) AND state = 'running'
                """
            )
        }
    }

    /// The run that waits for an administrator, with its plan; nil where none does.
    public func heldRun() async throws(StoreError) -> SyncRun? {
        try await read { (transaction) throws(StoreError) in
            let held: SQL = """
                SELECT * FROM sync_run WHERE organisation_id = \(organisation.id) AND state = 'held'
                ORDER BY started_at DESC, fence DESC LIMIT 1
                """
            return try transaction.row(held).map { (row) throws(StoreError) in try SyncRun(row) }
        }
    }

    /// The users whose removal an administrator has approved and that no sync has carried out yet.
    public func approvedRemovals() async throws(StoreError) -> Set<User.ID> {
        try await read { (transaction) throws(StoreError) in
            var users: Set<User.ID> = []
            try transaction.forEach(
                """
                SELECT * FROM sync_run
                WHERE organisation_id = \(organisation.id) AND state = 'approved' AND changes IS NOT NULL
                """
            ) { (row) throws(StoreError) in
                users.formUnion(try SyncRun(row).changes?.left.map(\.user) ?? [])
            }
            return users
        }
    }

    /// Notes an administrator's answer to a held run; the plan of an approved one is kept until a sync succeeds.
    ///
    /// Throws ``StoreError/conflict(_:)`` where it is not held any more.
    public func settleHeldRun(_ run: SyncRun.ID, approved: Bool, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let state = approved ? SyncRun.State.approved : .dismissed
            let settled = try transaction.run(
                """
                UPDATE sync_run SET state = \(state), changes = CASE WHEN \(approved) THEN changes END
                WHERE organisation_id = \(organisation.id) AND sync_run_id = \(run) AND state = 'held'
                """
            )
            guard settled == 1 else { throw .conflict("This synchronization does not wait for approval any more.") }
            try transaction.record(
                action: approved ? "sync.approved" : "sync.dismissed",
                subject: run.rawValue,
                by: actor,
                in: self
            )
        }
    }

    /// The newest first, without the plans of those that are held.
    public func syncRuns(limit: Int = 20) async throws(StoreError) -> [SyncRun] {
        try await read { (transaction) throws(StoreError) in
            var runs: [SyncRun] = []
            try transaction.forEach(
                """
                SELECT * FROM sync_run WHERE organisation_id = \(organisation.id)
                ORDER BY started_at DESC, fence DESC LIMIT \(limit)
                """
            ) { (row) throws(StoreError) in runs.append(try SyncRun(row, withPlan: false)) }
            return runs
        }
    }

    public func syncRun(_ id: SyncRun.ID) async throws(StoreError) -> SyncRun? {
        try await read { (transaction) throws(StoreError) in
            let query: SQL = """
                SELECT * FROM sync_run WHERE organisation_id = \(organisation.id) AND sync_run_id = \(id)
                """
            guard let row = try transaction.row(query) else { return nil }
            return try SyncRun(row)
        }
    }

    /// Marks runs as failed that a server left running, at the start of another. Those whose lease still holds are left
    /// alone: that server may be alive.
    public func abandonRunningRuns() async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.abandonRuns(
                where: """
                    fence NOT IN (
                        SELECT fence FROM lease WHERE organisation_id = \(organisation.id) AND expires_at > \(time)
                    )
                    """,
                in: self
            )
        }
    }
}

extension Transaction {
    /// Writes a run as it is now.
    func write(_ run: SyncRun, fence: Int64, in store: Store) throws(StoreError) {
        let counts = try String(json: run.counts)
        let warnings = try String(json: run.warnings)
        let plan = try run.changes.map { (changes) throws(StoreError) in try String(json: changes) }
        try self.run(
            """
            INSERT INTO sync_run (organisation_id, sync_run_id, mode, started_because, requested_by, state, started_at,
                finished_at, fence, counts, problem_what, problem_remedy, warnings, changes)
            VALUES (\(store.organisation.id), \(run.id), \(run.mode), \(run.trigger), \(run.requestedBy),
                \(run.state), \(run.startedAt), \(run.finishedAt), \(fence), \(counts), \(run.problem?.what),
                \(run.problem?.remedy), \(warnings), \(plan))
            ON CONFLICT (organisation_id, sync_run_id) DO UPDATE SET state = excluded.state,
                finished_at = excluded.finished_at, counts = excluded.counts, problem_what = excluded.problem_what,
                problem_remedy = excluded.problem_remedy, warnings = excluded.warnings, changes = excluded.changes
            """
        )
    }

    /// A run that got as far as one that waits replaces it; one that succeeded has carried out what was approved.
    func settleEarlierRuns(after conclusion: Conclusion, in store: Store) throws(StoreError) {
        let organisation = store.organisation.id
        let isHeld = conclusion.state == .held && conclusion.run.mode != .events
        if isHeld || conclusion.state == .succeeded && conclusion.run.mode == .full {
            try run(
                """
                UPDATE sync_run SET state = 'dismissed', changes = NULL
                WHERE organisation_id = \(organisation) AND state = 'held' AND sync_run_id <> \(conclusion.run.id)
                """
            )
        }
        guard conclusion.state == .succeeded, conclusion.usesApproval || conclusion.run.mode == .full else { return }
        try run(
            """
            UPDATE sync_run SET changes = NULL
            WHERE organisation_id = \(organisation) AND state = 'approved' AND changes IS NOT NULL
            """
        )
    }

    /// Notes on the integration when it was synchronized, and how it fares.
    func noteSync(_ conclusion: Conclusion, in store: Store) throws(StoreError) {
        if conclusion.state == .succeeded, conclusion.run.mode != .events {
            let full: SQL = conclusion.run.mode == .full ? ", last_full_sync_at = \(store.time)" : ""
            try run(
                """
                UPDATE okta_integration SET last_sync_at = \(store.time) \(full)
                WHERE organisation_id = \(store.organisation.id) AND is_enabled
                """
            )
        }
        if let status = conclusion.status {
            try setIntegrationStatus(status, problem: conclusion.statusProblem, in: store)
        }
    }

    /// Marks runs as failed whose server is gone.
    func abandonRuns(where condition: SQL, in store: Store) throws(StoreError) {
        try run(
            """
            UPDATE sync_run SET state = 'failed', finished_at = \(store.time),
                problem_what = 'The server stopped during this synchronization. Nothing was changed by it.',
                problem_remedy = 'Nothing needs to be done: the next synchronization makes up for it.'
            WHERE organisation_id = \(store.organisation.id) AND state = 'running' AND \(condition)
            """
        )
    }
}
