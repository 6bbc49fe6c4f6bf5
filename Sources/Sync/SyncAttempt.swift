import Directory
import Foundation
import Logging
import Okta
import Storage

/// One sync from its start to its report, under a lease.
struct SyncAttempt: Sendable {
    let store: Store
    let client: OktaClient
    let lease: Lease
    let run: SyncRun
    let work: SyncWork
    /// For a sync that was due.
    let claim: DueSync.Claim?
    let logger: Logger
    private let start = ContinuousClock.now
    private let progress: SyncProgress?

    init(
        store: Store,
        client: OktaClient,
        lease: Lease,
        run: SyncRun,
        work: SyncWork,
        claim: DueSync.Claim?,
        logger: Logger
    ) {
        self.store = store
        self.client = client
        self.lease = lease
        self.run = run
        self.work = work
        self.claim = claim
        self.logger = logger
        progress = work.isShown ? SyncProgress(store: store, run: run.id, client: client) : nil
    }

    /// The sync, with the lease renewed beside it for as long as it takes.
    func keepingTheLease() async throws(StoreError) -> SyncRun {
        let result = await withTaskGroup(of: Result<SyncRun, StoreError>?.self) { tasks in
            tasks.addTask {
                while (try? await Task.sleep(for: .seconds(Store.syncLeaseSeconds / 3))) != nil {
                    // A lease that was lost shows where the run is concluded, which checks the fence in its transaction.
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
        if work.isShown { try await store.show(run, lease: lease) }
        let state = try await store.readingState()
        let pull = Pull(client: client, state: state) { await progress?.note($0, $1, $2) }
        do throws(PlanFailure) {
            let (plan, pulled) = try await planned(by: pull)
            await progress?.note("Applying", 0, nil)
            return try await report(plan, pulled)
        } catch {
            switch error {
            case .okta(let error): return try await report(failure: error)
            case .store(let error): return try await report(failure: error)
            }
        }
    }

    /// The plan, with a summary of what was pulled for it: that itself goes before anything is written.
    private func planned(by pull: Pull) async throws(PlanFailure) -> (SyncPlan, Pulled.Summary) {
        var pulled = try await pulledTwiceIfRefused(by: pull)
        await progress?.note("Comparing", 0, nil)
        let plan = try await SyncPlanner(store: store, pull: pull).plan(for: &pulled)
        return (plan, pulled.summary)
    }

    private func pulledTwiceIfRefused(by pull: Pull) async throws(PlanFailure) -> Pulled {
        do throws(OktaError) {
            do throws(OktaError) {
                return try await work.pulled(by: pull)
            } catch {
                guard error.next == .theirsToFix else { throw error }
                // One refusal may be a fault in passing; credentials are bad only when a later read says so too.
                logger.notice("Okta refused a request; it is read once more", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
                return try await work.pulled(by: pull)
            }
        } catch {
            throw .okta(error)
        }
    }

    private func report(_ plan: SyncPlan, _ pulled: Pulled.Summary) async throws(PlanFailure) -> SyncRun {
        do throws(StoreError) {
            let approved = plan.usersWaiting.isEmpty ? [] : try await store.approvedRemovals()
            return Guard(approved: approved).allows(plan)
                ? try await report(applied: plan, pulled) : try await report(held: plan, pulled)
        } catch {
            throw .store(error)
        }
    }

    /// A run that waits for approval keeps waiting while one that reads less than everything succeeds.
    private func report(applied plan: SyncPlan, _ pulled: Pulled.Summary) async throws(StoreError) -> SyncRun {
        var conclusion = conclusion(.succeeded, plan, pulled)
        conclusion.changes = plan.changes
        conclusion.usesApproval = !plan.usersWaiting.isEmpty
        let held = run.mode == .full ? nil : try await store.heldRun()
        if run.mode != .events {
            conclusion.status = held == nil ? .active : .warning
            conclusion.statusProblem = held?.problem
        }
        let run = try await store.conclude(conclusion, lease: lease)
        logger.info(
            "synchronized",
            metadata: [
                "organisation": "\(store.organisation.name)", "mode": "\(run.mode.rawValue)", "run": "\(run.id)",
                "users": "\(run.counts.users)", "requests": "\(run.counts.requests)",
                "milliseconds": "\(run.counts.durationMilliseconds)",
            ]
        )
        return run
    }

    /// What goes missing waits; everything else is applied. A run that already waits for the same stays the one to
    /// answer, so that an administrator who reads it can.
    private func report(held plan: SyncPlan, _ pulled: Pulled.Summary) async throws(StoreError) -> SyncRun {
        let problem = Problem(heldFor: plan)
        let waiting = try await store.heldRun()?.changes
        let isKnown = waiting.map { Set($0.left.map(\.user)).isSuperset(of: plan.usersWaiting) } ?? false
        var conclusion = conclusion(isKnown ? .dismissed : .held, plan, pulled)
        conclusion.changes = plan.immediate
        conclusion.plan = plan.changes
        conclusion.problem = problem
        conclusion.status = .warning
        conclusion.statusProblem = isKnown ? try await store.heldRun()?.problem : problem
        return try await store.conclude(conclusion, lease: lease)
    }

    private func report(failure error: OktaError) async throws(StoreError) -> SyncRun {
        logger.warning(
            "not synchronized",
            metadata: ["organisation": "\(store.organisation.name)", "run": "\(run.id)", "error": "\(error)"]
        )
        var conclusion = conclusion(.failed)
        conclusion.problem = Problem(error)
        // A server that shuts down in the middle says nothing about Okta; nor does one object that was read by name.
        if error != .cancelled, run.mode != .events {
            conclusion.status = error.next == .theirsToFix ? .stopped : .warning
            conclusion.statusProblem = conclusion.problem
        }
        return try await store.conclude(conclusion, lease: lease)
    }

    /// The failure of the database itself: it is told on the page if the database can still take that.
    private func report(failure error: StoreError) async throws(StoreError) -> SyncRun {
        if error == .leaseLost { throw error }
        var conclusion = conclusion(.failed)
        conclusion.problem = Problem(error)
        conclusion.status = .warning
        conclusion.statusProblem = conclusion.problem
        _ = try? await store.conclude(conclusion, lease: lease)
        throw error
    }

    private func conclusion(
        _ state: SyncRun.State,
        _ plan: SyncPlan? = nil,
        _ pulled: Pulled.Summary? = nil
    ) -> Conclusion {
        var conclusion = Conclusion(run: run, state: state)
        conclusion.claim = claim
        let use = client.use
        if let pulled { conclusion.stamp = pulled.stamp }
        for (bucket, requests) in use.requests {
            conclusion.stamp.use[bucket.rawValue] = (requests, use.limits[bucket])
        }
        conclusion.warnings = (pulled?.warnings ?? []) + (plan?.warnings ?? [])
        conclusion.counts.requests = client.requestCount
        conclusion.counts.requestsRefused = use.refused
        conclusion.counts.rateLimitWaitMilliseconds = use.waited.milliseconds
        conclusion.counts.durationMilliseconds = (ContinuousClock.now - start).milliseconds
        conclusion.counts.groups = pulled?.groups ?? 0
        conclusion.counts.users = pulled?.users ?? 0
        conclusion.counts.memberships = pulled?.memberships ?? 0
        conclusion.counts.skipped = conclusion.warnings.count
        return conclusion
    }
}

extension Problem {
    /// Why a plan waits for approval.
    fileprivate init(heldFor plan: SyncPlan) {
        let missing = plan.usersGoneMissing.count
        let inDoubt = plan.usersInDoubt.count
        self.init(
            what: inDoubt == 0
                ? "\(missing) of \(plan.usersWithAccess) users with access are no longer in the groups that Okta lists. "
                    + "They keep their access; everything else was applied."
                : "\(inDoubt) users are missing in groups of which Okta lists fewer members than it counts. They keep "
                    + "their groups; everything else was applied.",
            remedy: "Check the groups in Okta. If it is right that these users lose their access, approve this "
                + "synchronization."
        )
    }

    /// The two sentences of an error of ours.
    init(_ error: some LocalizedError) {
        self.init(what: error.errorDescription ?? "", remedy: error.recoverySuggestion ?? "")
    }
}
