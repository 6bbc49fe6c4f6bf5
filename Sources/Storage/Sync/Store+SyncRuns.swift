public import Directory
import Foundation

extension Store {
    /// Notes that a run starts. Runs that are still marked as running under an earlier lease are dead: they are marked
    /// as failed. Runs of more than thirty days ago are forgotten.
    public func startRun(
        trigger: SyncRun.Trigger,
        requestedBy: String?,
        lease: Lease
    ) async throws(StoreError) -> SyncRun {
        try await write { (transaction) throws(StoreError) in
            try transaction.requireHeld(lease, in: self)
            try transaction.abandonRuns(where: "TRUE", in: self)
            try transaction.run(
                """
                DELETE FROM sync_run
                WHERE organisation_id = \(organisation.id) AND started_at < \(time.addingTimeInterval(-30 * 86400))
                """
            )
            let run = SyncRun(
                id: .random(),
                trigger: trigger,
                requestedBy: requestedBy,
                startedAt: time,
                finishedAt: nil,
                state: .running,
                counts: SyncCounts(),
                progress: nil,
                problem: nil,
                warnings: [],
                changes: nil
            )
            try transaction.run(
                """
                INSERT INTO sync_run (organisation_id, sync_run_id, started_because, requested_by, state, started_at,
                    fence, counts, warnings)
                VALUES (\(organisation.id), \(run.id), \(trigger), \(requestedBy), \(run.state), \(run.startedAt),
                    \(lease.fence), \(try String(json: run.counts)), '[]')
                """
            )
            return run
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

    /// Notes how a run ended. Throws ``StoreError/leaseLost`` where it was given up as dead in the meantime.
    ///
    /// - Parameter changes: The plan, for a run that is held; it is not kept for any other.
    public func finishRun(
        _ run: SyncRun.ID,
        state: SyncRun.State,
        counts: SyncCounts,
        problem: Problem? = nil,
        warnings: [String] = [],
        changes: Changes? = nil
    ) async throws(StoreError) {
        let countsText = try String(json: counts)
        let warningsText = try String(json: warnings)
        let changesText =
            state == .held ? try changes.map { (changes) throws(StoreError) in try String(json: changes) } : nil
        try await write { (transaction) throws(StoreError) in
            if state == .held || state == .succeeded {
                try transaction.run(
                    """
                    UPDATE sync_run SET state = 'dismissed', changes = NULL
                    WHERE organisation_id = \(organisation.id) AND state = 'held'
                    """
                )
            }
            let finished = try transaction.run(
                """
                UPDATE sync_run SET state = \(state), finished_at = \(time), counts = \(countsText),
                    problem_what = \(problem?.what), problem_remedy = \(problem?.remedy), warnings = \(warningsText),
                    changes = \(changesText)
                WHERE organisation_id = \(organisation.id) AND sync_run_id = \(run) AND state = 'running'
                """
            )
            guard finished == 1 else { throw .leaseLost }
            guard state == .succeeded else { return }
            try transaction.run(
                """
                UPDATE sync_run SET changes = NULL
                WHERE organisation_id = \(organisation.id) AND state = 'approved' AND changes IS NOT NULL
                """
            )
            try transaction.run(
                """
                UPDATE okta_integration SET last_sync_at = \(time), last_full_sync_at = \(time)
                WHERE organisation_id = \(organisation.id) AND is_enabled
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
    fileprivate func abandonRuns(where condition: SQL, in store: Store) throws(StoreError) {
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
