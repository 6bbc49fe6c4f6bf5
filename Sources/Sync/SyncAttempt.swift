import Directory
import Foundation
import Logging
import Okta
import Storage

/// One sync from its start to its report, under a lease.
struct SyncAttempt: Sendable {
    /// Long enough to outlive a slow page, short enough that another server takes over within a minute.
    static let leaseSeconds = 60

    let store: Store
    let client: OktaClient
    let lease: Lease
    let run: SyncRun
    let logger: Logger
    private let start = ContinuousClock.now

    init(store: Store, client: OktaClient, lease: Lease, run: SyncRun, logger: Logger) {
        self.store = store
        self.client = client
        self.lease = lease
        self.run = run
        self.logger = logger
    }

    /// The sync, with the lease renewed beside it for as long as it takes.
    func keepingTheLease() async throws(StoreError) -> SyncRun {
        let result = await withTaskGroup(of: Result<SyncRun, StoreError>?.self) { tasks in
            tasks.addTask {
                while (try? await Task.sleep(for: .seconds(Self.leaseSeconds / 3))) != nil {
                    // A lease that was lost shows at `apply`, which checks the fence in its transaction.
                    try? await store.renewLease(lease)
                }
                return nil
            }
            tasks.addTask {
                do throws(StoreError) {
                    return .success(try await outcome())
                } catch {
                    return .failure(error)
                }
            }
            for await result in tasks {
                if let result {
                    tasks.cancelAll()
                    return result
                }
            }
            return .failure(.leaseLost)
        }
        return try result.get()
    }

    /// pull → plan → guard → apply → report.
    private func outcome() async throws(StoreError) -> SyncRun {
        let chosen = try await store.chosenGroups()
        let kept = try await store.snapshot()
        let pulled: Pulled
        do throws(OktaError) {
            pulled = try await pull(chosen, kept: kept)
        } catch {
            return try await report(failure: error)
        }
        let plan = SyncPlan(from: kept, to: pulled.snapshot)
        let isWhole = Guard(approved: try await store.approvedRemovals()).allows(plan)
        await progress("Applying", 0, nil)
        let revocations = try await apply(isWhole ? plan.changes : plan.immediate, pulled)
        return isWhole
            ? try await report(applied: plan, pulled, revocations)
            : try await report(held: plan, pulled, revocations)
    }

    private func apply(_ changes: Changes, _ pulled: Pulled) async throws(StoreError) -> Revocations {
        do throws(StoreError) {
            return try await store.apply(changes, lease: lease, memberCounts: pulled.memberCounts)
        } catch {
            try await store.finishRun(run.id, state: .failed, counts: counts(), problem: SyncRun.Problem(error))
            throw error
        }
    }

    private func pull(_ chosen: Set<Group.ID>, kept: Snapshot) async throws(OktaError) -> Pulled {
        let pull = Pull(client: client, chosen: chosen, kept: kept) { stage, done, total in
            await progress(stage, done, total)
        }
        do throws(OktaError) {
            return try await pull.run()
        } catch {
            guard error.next == .theirsToFix else { throw error }
            // One refusal may be a fault in passing; credentials are bad only when a later read says so too.
            logger.notice("Okta refused a request; it is read once more", metadata: ["error": "\(error)"])
            try? await Task.sleep(for: .seconds(1))
            return try await pull.run()
        }
    }

    private func report(
        applied plan: SyncPlan,
        _ pulled: Pulled,
        _ revocations: Revocations
    ) async throws(StoreError) -> SyncRun {
        let counts = counts(plan: plan, pulled: pulled, revocations: revocations)
        try await store.finishRun(run.id, state: .succeeded, counts: counts, warnings: pulled.warnings)
        try await store.setIntegrationStatus(.active, problem: nil)
        logger.info(
            "synchronized",
            metadata: [
                "run": "\(run.id)", "users": "\(counts.users)", "requests": "\(counts.requests)",
                "milliseconds": "\(counts.durationMilliseconds)",
            ]
        )
        return try await finished()
    }

    /// What goes missing waits; everything else was applied. A run that already waits for the same stays the one to
    /// answer, so that an administrator who reads it can.
    private func report(
        held plan: SyncPlan,
        _ pulled: Pulled,
        _ revocations: Revocations
    ) async throws(StoreError) -> SyncRun {
        let problem = SyncRun.Problem(
            what: "\(plan.usersGoneMissing.count) of \(plan.usersWithAccess) users with access are no longer in the "
                + "groups that Okta lists. They keep their access; everything else was applied.",
            remedy: "Check the groups in Okta. If it is right that these users lose their access, approve this "
                + "synchronization."
        )
        let waiting = try await store.heldRun()?.changes
        let isKnown = waiting.map { Set($0.left.map(\.user)).isSuperset(of: plan.usersGoneMissing) } ?? false
        try await store.finishRun(
            run.id,
            state: isKnown ? .dismissed : .held,
            counts: counts(plan: plan, pulled: pulled, revocations: revocations, applied: plan.immediate),
            problem: problem,
            warnings: pulled.warnings,
            changes: plan.changes
        )
        try await store.setIntegrationStatus(.warning, problem: problem)
        return try await finished()
    }

    private func report(failure error: OktaError) async throws(StoreError) -> SyncRun {
        let problem = SyncRun.Problem(error)
        try await store.finishRun(run.id, state: .failed, counts: counts(), problem: problem)
        logger.warning("not synchronized", metadata: ["run": "\(run.id)", "error": "\(error)"])
        // A server that shuts down in the middle says nothing about Okta.
        if error != .cancelled {
            try await store.setIntegrationStatus(error.next == .theirsToFix ? .stopped : .warning, problem: problem)
        }
        return try await finished()
    }

    private func finished() async throws(StoreError) -> SyncRun {
        guard let run = try await store.syncRun(run.id) else { throw .notFound("The run is gone.") }
        return run
    }

    private func counts(
        plan: SyncPlan? = nil,
        pulled: Pulled? = nil,
        revocations: Revocations = Revocations(),
        applied: Changes? = nil
    ) -> SyncCounts {
        var counts = SyncCounts()
        counts.requests = client.requestCount
        counts.durationMilliseconds = (ContinuousClock.now - start).milliseconds
        guard let plan, let pulled else { return counts }
        let changes = applied ?? plan.changes
        counts.groups = pulled.snapshot.groups.count
        counts.users = pulled.snapshot.users.count
        counts.memberships = pulled.snapshot.members.values.reduce(0) { $0 + $1.count }
        counts.usersAdded = changes.addedUsers.count
        counts.usersChanged = changes.changedUsers.count
        counts.usersLeft = changes.usersLeft(in: pulled.snapshot).count
        counts.membershipsAdded = changes.joined.count
        counts.membershipsRemoved = changes.left.count
        counts.groupsChanged = changes.groups.count
        counts.groupsMissing = changes.missingGroups.count
        counts.sessionsEnded = revocations.sessions
        counts.connectionsEnded = revocations.connections
        return counts
    }

    /// Progress is for the eye: a write that fails is no reason to stop.
    private func progress(_ stage: String, _ done: Int, _ total: Int?) async {
        if let total, done % max(1, total / 20) != 0, done != total { return }
        try? await store.progress(
            run.id,
            Progress(stage: stage, done: done, total: total),
            requests: client.requestCount
        )
    }
}

extension SyncRun.Problem {
    /// The two sentences of an error of ours.
    init(_ error: some LocalizedError) {
        self.init(what: error.errorDescription ?? "", remedy: error.recoverySuggestion ?? "")
    }
}
