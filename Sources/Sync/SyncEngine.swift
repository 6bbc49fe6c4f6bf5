public import AsyncHTTPClient
public import Directory
import Foundation
public import Logging
import Okta
public import Storage

/// Synchronizes one organisation with its Okta org: pull → plan → guard → apply → report.
///
/// ``run(trigger:requestedBy:approved:)`` does one sync and waits for it, as the command line does;
/// ``request(trigger:requestedBy:)`` leaves it to ``SyncService``, as pages do. A lease with a fencing number keeps two
/// syncs of one organisation apart, on this server or on several.
public struct SyncEngine: Sendable {
    let store: Store
    private let http: HTTPClient
    let logger: Logger
    let requests: AsyncStream<SyncRequest>
    private let queue: AsyncStream<SyncRequest>.Continuation

    /// - Parameter http: A client made with `OktaClient.httpConfiguration()`.
    public init(store: Store, http: HTTPClient, logger: Logger) {
        self.store = store
        self.http = http
        self.logger = logger
        // One waiting request is enough: a sync reads everything, whoever asked.
        (requests, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    /// Asks for a sync in the background. It starts at once, or after the one that is running.
    public func request(trigger: SyncRun.Trigger, requestedBy: String?) {
        queue.yield(SyncRequest(trigger: trigger, requestedBy: requestedBy))
    }

    /// Does one sync and returns how it ended; a run that failed is returned, not thrown.
    ///
    /// - Throws: ``SyncError`` where no run was started at all.
    public func run(trigger: SyncRun.Trigger, requestedBy: String?) async throws(SyncError) -> SyncRun {
        let client = try await client()
        let owner = "\(ProcessInfo.processInfo.hostName)/\(UUID().uuidString)"
        let lease = try await kept { () async throws(StoreError) in
            try await store.acquireLease("okta-sync", owner: owner, seconds: SyncAttempt.leaseSeconds)
        }
        guard let lease else { throw .alreadyRunning }
        let result: Result<SyncRun, SyncError>
        do throws(SyncError) {
            result = .success(
                try await kept { () async throws(StoreError) in
                    let run = try await store.startRun(trigger: trigger, requestedBy: requestedBy, lease: lease)
                    let attempt = SyncAttempt(store: store, client: client, lease: lease, run: run, logger: logger)
                    return try await attempt.keepingTheLease()
                }
            )
        } catch {
            result = .failure(error)
        }
        // A lease that cannot be given back runs out by itself.
        try? await store.releaseLease(lease)
        return try result.get()
    }

    /// What a sync would do now. Nothing is written.
    ///
    /// - Parameter groups: As if these were the chosen groups and Synchronization Status were on; nil for what is saved.
    public func preview(choosing groups: Set<Group.ID>? = nil) async throws(SyncError) -> SyncPreview {
        let start = ContinuousClock.now
        let client = try await client(whilePaused: groups != nil)
        let chosen = if let groups { groups } else { try await chosenGroups() }
        do {
            let kept = try await store.snapshot()
            let pull = Pull(client: client, chosen: chosen, kept: kept) { _, _, _ in }
            let pulled = try await pull.run()
            let plan = SyncPlan(from: kept, to: pulled.snapshot)
            return SyncPreview(
                plan: plan,
                pulled: pulled,
                revocations: try await store.costs(of: plan.changes),
                wouldBeHeld: !Guard().allows(plan),
                requests: client.requestCount,
                durationMilliseconds: (ContinuousClock.now - start).milliseconds
            )
        } catch let error as OktaError {
            throw .okta(error)
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .notConnected
        }
    }

    /// Reads the catalogue of groups anew, so that a group made in Okta can be chosen. Memberships are not touched, and
    /// groups that are gone are left to the next sync, which guards what that takes away.
    public func refreshCatalogue() async throws(SyncError) {
        let client = try await client(whilePaused: true)
        do {
            let catalogue = try await client.groups(memberCounts: true)
            let pulled = Pulled(catalogue: catalogue, members: [:], kept: Snapshot())
            try await store.setCatalogue(Array(pulled.snapshot.groups.values), memberCounts: pulled.memberCounts)
        } catch let error as OktaError {
            throw .okta(error)
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .notConnected
        }
    }

    /// Lets a held run's removals happen: a new sync starts that may take access from the users whom that run named.
    ///
    /// The approval is kept until a sync has used it, also over a restart.
    public func approve(_ run: SyncRun.ID, by actor: Actor) async throws(SyncError) {
        try await settle(run, approved: true, by: actor)
        request(trigger: .manual, requestedBy: actor.description)
    }

    /// Leaves things as they are; the next sync asks again if Okta still says the same.
    public func dismiss(_ run: SyncRun.ID, by actor: Actor) async throws(SyncError) {
        try await settle(run, approved: false, by: actor)
    }

    private func settle(_ run: SyncRun.ID, approved: Bool, by actor: Actor) async throws(SyncError) {
        let found = try await kept { () async throws(StoreError) in try await store.syncRun(run) }
        guard found?.state == .held else { throw .notHeld }
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

    private func client(whilePaused: Bool = false) async throws(SyncError) -> OktaClient {
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
                logger: logger
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

    private func chosenGroups() async throws(SyncError) -> Set<Group.ID> {
        try await kept { () async throws(StoreError) in try await store.chosenGroups() }
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
