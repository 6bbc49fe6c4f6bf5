import GatewayAPI
import NIOCore
import ServiceLifecycle
import Storage
import Tunnels

/// What one gateway is sent, line by line.
struct PeerStream {
    let store: Store
    let watch: SiteWatch
    let lines: PeerLines
    let pace: StreamPace
    let token: String
    let follower: Follower

    /// What the gateway has been told.
    private var told: (revision: Int64, terms: SiteTerms)?
    private var nextFull = ContinuousClock.now
    private var nextAlive = ContinuousClock.now

    init(store: Store, watch: SiteWatch, lines: PeerLines, pace: StreamPace, token: String, follower: Follower) {
        self.store = store
        self.watch = watch
        self.lines = lines
        self.pace = pace
        self.token = token
        self.follower = follower
    }

    /// Waits until there is something to say; nil once the stream is over.
    mutating func next() async throws -> ByteBuffer? {
        while true {
            let isNews = told == nil ? true : await follower.bell.wait(until: min(nextFull, nextAlive))
            if follower.isEnded || Task.isCancelled || Task.isShuttingDownGracefully { return nil }
            let now = ContinuousClock.now
            if isNews || now >= nextFull { guard try await isStillThere() else { return nil } }
            if let line = try await line(at: now) {
                nextAlive = now + pace.alive
                return line
            }
        }
    }

    /// A token is good until its gateway is removed or enrolled anew, so it is looked at whenever there is something to tell.
    private func isStillThere() async throws -> Bool {
        try await store.gateway(token: token)?.id == follower.gateway
    }

    /// nil where there is nothing to say yet.
    private mutating func line(at now: ContinuousClock.Instant) async throws -> ByteBuffer? {
        guard let told, now < nextFull else { return try await full(at: now) }
        if let change = watch.change(of: follower.site), change.revision > told.revision {
            // Changes are of peers alone.
            guard change.terms == told.terms else { return try await full(at: now) }
            return try await self.change(change, after: told.revision)
        }
        // A change that the watch could not tell apart from its first reading.
        if let revision = watch.revision(of: follower.site), revision > told.revision { return try await full(at: now) }
        return now < nextAlive ? nil : try lines.line(.alive(revision: told.revision))
    }

    private mutating func full(at now: ContinuousClock.Instant) async throws -> ByteBuffer {
        let full = try await lines.full(of: follower.site, from: store)
        told = (full.revision, full.terms)
        nextFull = now + pace.full
        return full.line
    }

    /// A stream that was slow has missed changes, and is told of all since in one.
    private mutating func change(_ change: SiteChange, after revision: Int64) async throws -> ByteBuffer {
        let site = follower.site
        let changed =
            change.since == revision
            ? try await lines.changes(change, of: site)
            : try await lines.changes(since: revision, of: site, from: store)
        // They may have changed since the watch looked.
        guard changed.terms == told?.terms else { return try await full(at: .now) }
        told?.revision = changed.revision
        return changed.line
    }
}
