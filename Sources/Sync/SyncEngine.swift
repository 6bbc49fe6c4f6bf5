public import AsyncHTTPClient
public import Directory
import Foundation
public import Logging
import Okta
public import Storage

/// Synchronizes an organisation with its Okta org: pull → plan → guard → apply → report.
///
/// ``run(_:trigger:requestedBy:)`` does one sync and waits for it, as the command line does;
/// ``request(_:trigger:requestedBy:)`` leaves it to ``SyncService``, as pages do. A lease with a fencing number keeps two
/// syncs of one organisation apart, on this server or on several.
public struct SyncEngine: Sendable {
    let store: Store
    private let http: HTTPClient
    private let budgets: RateLimitBudgets
    let logger: Logger
    /// Rings when there is something to do before the clock says so.
    let bell = Bell()
    let events = NamedQueue()

    /// - Parameters:
    ///   - store: The organisation that pages and commands mean; ``SyncService`` serves every one of its database.
    ///   - http: A client made with `OktaClient.httpConfiguration()`.
    ///   - share: The part of Okta's rate limits that Timus may use, from 0 to 1.
    public init(store: Store, http: HTTPClient, share: Double = 0.5, logger: Logger) {
        self.store = store
        self.http = http
        self.logger = logger
        budgets = RateLimitBudgets(share: share)
    }

    /// Asks for a sync in the background: it starts at once, or after the one that is running.
    public func request(
        _ mode: SyncMode,
        trigger: SyncRun.Trigger,
        requestedBy: String?
    ) async throws(SyncError) {
        try await kept { () async throws(StoreError) in
            try await store.requestSync(mode, trigger: trigger, requestedBy: requestedBy)
        }
        bell.ring()
    }

    /// Has users and groups read again at once, since an event of Okta's named them.
    ///
    /// - Parameter organisation: Whose; of the engine's database.
    public func read(_ names: NamedObjects, of organisation: Organisation) {
        events.add(names, of: organisation)
    }

    /// Does one sync and returns how it ended; a run that failed is returned, not thrown.
    ///
    /// - Throws: ``SyncError`` where no run was started at all.
    public func run(
        _ mode: SyncMode,
        trigger: SyncRun.Trigger,
        requestedBy: String?
    ) async throws(SyncError) -> SyncRun {
        let client = try await client(for: store)
        let owner = "\(ProcessInfo.processInfo.hostName)/\(UUID().uuidString)"
        let lease = try await kept { () async throws(StoreError) in
            try await store.acquireLease(Store.syncLease, owner: owner, seconds: Store.syncLeaseSeconds)
        }
        guard let lease else { throw .alreadyRunning }
        let work: SyncWork = mode == .full ? .everything : .changes(withCatalogue: false)
        return try await attempt(work, in: store, client, lease, trigger: trigger, requestedBy: requestedBy)
    }

    /// Does a sync that was due.
    func run(_ due: DueSync) async throws(SyncError) {
        let client: OktaClient
        do {
            client = try await self.client(for: due.store)
        } catch {
            try? await due.store.releaseLease(due.lease)
            throw error
        }
        let work: SyncWork = due.mode == .full ? .everything : .changes(withCatalogue: due.withCatalogue)
        _ = try await attempt(
            work,
            in: due.store,
            client,
            due.lease,
            trigger: due.trigger,
            requestedBy: due.requestedBy,
            claim: due.claim
        )
    }

    /// Reads users and groups that events named. Where they are many, where it fails, or where a sync ended meanwhile, what
    /// changed is read instead.
    func run(_ names: NamedObjects, of organisation: Organisation) async throws(SyncError) {
        let store = store.of(organisation)
        let client = try await client(for: store)
        if !names.areMany, let lease = try await eventLease(in: store) {
            let run = try? await attempt(.named(names), in: store, client, lease, trigger: .event, requestedBy: nil)
            if let run, run.state == .succeeded || run.state == .held { return }
        }
        try await kept { () async throws(StoreError) in
            try await store.requestSync(.incremental, trigger: .event, requestedBy: nil)
        }
        bell.ring()
    }

    private func eventLease(in store: Store) async throws(SyncError) -> Lease? {
        try await kept { () async throws(StoreError) in
            try await store.acquireLease("okta-events", owner: UUID().uuidString, seconds: Store.syncLeaseSeconds)
        }
    }

    private func attempt(
        _ work: SyncWork,
        in store: Store,
        _ client: OktaClient,
        _ lease: Lease,
        trigger: SyncRun.Trigger,
        requestedBy: String?,
        claim: DueSync.Claim? = nil
    ) async throws(SyncError) -> SyncRun {
        let attempt = SyncAttempt(
            store: store,
            client: client,
            lease: lease,
            run: SyncRun(mode: work.mode, trigger: trigger, requestedBy: requestedBy, startedAt: store.now()),
            work: work,
            claim: claim,
            logger: logger
        )
        do throws(StoreError) {
            return try await attempt.keepingTheLease()
        } catch {
            // A lease that cannot be given back runs out by itself.
            try? await store.releaseLease(lease)
            throw .store(error)
        }
    }

    /// What a sync would do now. Nothing is written.
    ///
    /// - Parameters:
    ///   - mode: Everything, or only what changed.
    ///   - groups: As if these were the chosen groups and Synchronization Status were on; nil for what is saved.
    public func preview(
        _ mode: SyncMode = .full,
        choosing groups: Set<Group.ID>? = nil
    ) async throws(SyncError) -> SyncPreview {
        let start = ContinuousClock.now
        let client = try await client(for: store, whilePaused: groups != nil)
        let state = try await kept { () async throws(StoreError) in try await store.readingState() }
        let pull = Pull(client: client, state: groups.map(state.choosing) ?? state) { _, _, _ in }
        let work: SyncWork = mode == .full ? .everything : .changes(withCatalogue: true)
        var pulled: Pulled
        do throws(OktaError) {
            pulled = try await work.pulled(by: pull)
        } catch {
            throw .okta(error)
        }
        for group in state.chosen.keys where groups?.contains(group) == false {
            pulled.reading.setMembers(of: group, to: [])
        }
        let plan: SyncPlan
        do throws(PlanFailure) {
            plan = try await SyncPlanner(store: store, pull: pull).plan(for: &pulled)
        } catch {
            throw SyncError(error)
        }
        return try await kept { [pulled] () async throws(StoreError) in
            SyncPreview(
                mode: mode,
                plan: plan,
                pulled: pulled,
                applied: try await store.costs(of: plan.changes),
                wouldBeHeld: !Guard().allows(plan),
                requests: client.requestCount,
                durationMilliseconds: (ContinuousClock.now - start).milliseconds
            )
        }
    }

    /// Reads the catalogue of groups anew, so that a group made in Okta can be chosen. Memberships are not touched, and
    /// groups that are gone are left to the next sync, which guards what that takes away.
    public func refreshCatalogue() async throws(SyncError) {
        let client = try await client(for: store, whilePaused: true)
        var pulled = Pulled(hasWholeCatalogue: true)
        do throws(OktaError) {
            pulled.add(try await client.groups(memberCounts: true))
        } catch {
            throw .okta(error)
        }
        let (groups, memberCounts) = (Array(pulled.reading.groups.values), pulled.stamp.memberCounts)
        try await kept { () async throws(StoreError) in
            try await store.setCatalogue(groups, memberCounts: memberCounts)
        }
    }

    /// Lets a held run's removals happen: a new sync starts that may take access from the users whom that run named.
    ///
    /// The approval is kept until a sync has used it, also over a restart.
    public func approve(_ run: SyncRun.ID, by actor: Actor) async throws(SyncError) {
        try await settle(run, approved: true, by: actor)
        try await request(.full, trigger: .approval, requestedBy: actor.description)
    }

    /// Leaves things as they are; the next sync asks again if Okta still says the same.
    public func dismiss(_ run: SyncRun.ID, by actor: Actor) async throws(SyncError) {
        try await settle(run, approved: false, by: actor)
    }

    private func settle(_ run: SyncRun.ID, approved: Bool, by actor: Actor) async throws(SyncError) {
        let found = try await kept { () async throws(StoreError) in try await store.syncRun(run) }
        guard let found, found.state == .held else { throw .notHeld }
        try await kept { () async throws(StoreError) in
            try await store.settleHeldRun(run, approved: approved, by: actor)
        }
    }

    /// Runs `body` with the store's errors as ours.
    private func kept<Value>(_ body: () async throws(StoreError) -> Value) async throws(SyncError) -> Value {
        do throws(StoreError) {
            return try await body()
        } catch {
            throw .store(error)
        }
    }

    private func client(for store: Store, whilePaused: Bool = false) async throws(SyncError) -> OktaClient {
        do {
            guard let integration = try await store.oktaIntegration(), integration.isEnabled,
                let credentials = try await store.oktaCredentials()
            else { throw SyncError.notConnected }
            guard integration.synchronization || whilePaused else { throw SyncError.paused }
            return OktaClient(
                // Saved domains were allowed when they were saved: a local one only where the operator said so.
                domain: try OktaDomain(credentials.domain, allowingLocal: true),
                token: credentials.apiToken.value,
                http: http,
                logger: logger,
                budget: await budgets.budget(for: store.organisation.id, reading: credentials)
            )
        } catch let problem as OktaDomain.Problem {
            throw .domain(problem)
        } catch let error as StoreError {
            throw .store(error)
        } catch let error as SyncError {
            throw error
        } catch {
            throw .notConnected
        }
    }
}

extension ReadingState {
    /// As if these were the chosen groups.
    fileprivate func choosing(_ groups: Set<Group.ID>) -> ReadingState {
        let unread = ChosenGroup(readAt: nil, isWanted: true, hasMembers: false)
        return ReadingState(
            readUntil: readUntil,
            chosen: Dictionary(uniqueKeysWithValues: groups.map { ($0, chosen[$0] ?? unread) })
        )
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
