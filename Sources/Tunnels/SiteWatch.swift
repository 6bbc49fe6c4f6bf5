public import Access
public import Logging
public import ServiceLifecycle
public import Storage
import Synchronization

/// Sees changes of sites as they are committed, by whichever process, and wakes who waits for them: the gateways' streams, and
/// devices that wait for their connection to be closed.
///
/// A change is read from the database once, however many gateways a site has.
public final class SiteWatch: Service {
    private let store: Store
    private let logger: Logger
    private let state = Mutex(State())

    struct State {
        /// As far as it was read; nil before the first time.
        var revisions: [Site.ID: Int64]?
        var changes: [Site.ID: SiteChange] = [:]
        var followers: [Gateway.ID: Follower] = [:]
        /// Who waits for a peer to be cut off, by the peer's public key.
        var waiting: [Site.ID: [String: [ObjectIdentifier: Bell]]] = [:]
    }

    public init(store: Store, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Works until the server shuts down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.store.siteChanges() {
                while await !self.isRead(), !Task.isCancelled { try? await Task.sleep(for: .seconds(1)) }
            }
        }
    }

    /// Takes the gateway's stream on, and ends the one that it had before.
    public func follow(_ gateway: Gateway) -> Follower {
        let follower = Follower(gateway)
        let older = state.withLock { $0.followers.updateValue(follower, forKey: gateway.id) }
        older?.end()
        return follower
    }

    /// - Returns: whether the site has no stream left.
    @discardableResult
    public func leave(_ follower: Follower) -> Bool {
        state.withLock { state in
            if state.followers[follower.gateway] === follower { state.followers[follower.gateway] = nil }
            let isLast = !state.followers.values.contains { $0.site == follower.site }
            if isLast { state.changes[follower.site] = nil }
            return isLast
        }
    }

    /// The site's revision as it was read last; nil before the first time, and for a site that is not there.
    public func revision(of site: Site.ID) -> Int64? {
        state.withLock { $0.revisions?[site] }
    }

    /// nil where nothing changed since the site has a stream.
    public func change(of site: Site.ID) -> SiteChange? {
        state.withLock { $0.changes[site] }
    }

    /// A bell that rings when the peer may have been cut off from the site. To be given back with ``forget(_:of:at:)``.
    public func bell(of peer: String, at site: Site.ID) -> Bell {
        let bell = Bell()
        state.withLock { $0.waiting[site, default: [:]][peer, default: [:]][ObjectIdentifier(bell)] = bell }
        return bell
    }

    public func forget(_ bell: Bell, of peer: String, at site: Site.ID) {
        state.withLock { state in
            state.waiting[site]?[peer]?[ObjectIdentifier(bell)] = nil
            if state.waiting[site]?[peer]?.isEmpty == true { state.waiting[site]?[peer] = nil }
            if state.waiting[site]?.isEmpty == true { state.waiting[site] = nil }
        }
    }

    /// How many wait for a peer to be cut off.
    var waitingCount: Int {
        state.withLock { $0.waiting.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.count } } }
    }

    /// How many streams there are.
    var followerCount: Int { state.withLock { $0.followers.count } }

    private func isRead() async -> Bool {
        do throws(StoreError) {
            try await read()
        } catch {
            guard !Task.isCancelled else { return true }
            logger.warning("Changes of sites could not be read.", metadata: ["cause": "\(String(reflecting: error))"])
            return false
        }
        return true
    }

    private func read() async throws(StoreError) {
        if state.withLock({ !$0.followers.isEmpty }) {
            let gateways = try await store.gateways()
            state.withLock { $0.followersWithout(gateways) }.forEach { $0.end() }
        }
        let revisions = try await store.siteRevisions()
        for growth in state.withLock({ $0.take(revisions) }) { try await read(growth) }
    }

    /// The change of one site that somebody waits at.
    private func read(_ growth: Growth) async throws(StoreError) {
        guard let since = growth.since else { return ring(growth.site) }
        let changed: SiteChange
        do throws(StoreError) {
            changed = SiteChange(since: since, peers: try await store.peerChanges(of: growth.site, since: since))
        } catch {
            // It was removed in the meantime: the next signal tells.
            if case .notFound = error { return }
            throw error
        }
        state.withLock { $0.keep(changed, of: growth.site) }.forEach { $0.ring() }
    }

    private func ring(_ site: Site.ID) {
        state.withLock { $0.bells(at: site) }.forEach { $0.ring() }
    }
}
