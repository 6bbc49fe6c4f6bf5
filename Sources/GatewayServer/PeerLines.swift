import Access
import Foundation
import GatewayAPI
import NIOCore
import Storage
import Synchronization
import Tunnels

/// The lines that streams of one site have in common: each is read and encoded once, and its bytes are shared.
///
/// Only the last of each kind and site is kept: for 10,000 peers that is about one megabyte.
final class PeerLines: Sendable {
    /// A whole state, encoded.
    struct Full: Sendable {
        let revision: Int64
        let terms: SiteTerms
        let line: ByteBuffer
    }

    /// Changes, encoded.
    struct Changed: Sendable {
        let revision: Int64
        let terms: SiteTerms
        let line: ByteBuffer
    }

    private struct Kept<Line: Sendable>: Sendable {
        /// The revision before the change; the same as `to` for a whole state.
        let since: Int64
        let to: Int64
        let madeAt = ContinuousClock.now
        let line: Task<Line, any Error>
    }

    /// A session may run out without a change of the site: for longer than this, a whole state is not the one of now.
    private static let freshness = Duration.seconds(5)

    private let fulls = Mutex<[Site.ID: Kept<Full>]>([:])
    private let changes = Mutex<[Site.ID: Kept<Changed>]>([:])

    /// The site's state now: the kept one where the site still has its revision. That is read each time, so that a server which
    /// has lost its database renews nobody's lease.
    func full(of site: Site.ID, from store: Store) async throws -> Full {
        guard let revision = try await store.siteRevisions()[site] else {
            throw StoreError.notFound("There is no such site.")
        }
        let shared = Self.shared(fulls, site, since: revision, to: revision) {
            let state = try await store.peerState(of: site)
            let line = try Self.line(.full(PeerState(state)))
            return Full(revision: state.revision, terms: SiteTerms(state), line: line)
        }
        do {
            return try await shared.value
        } catch {
            fulls.withLock { kept in if kept[site]?.line == shared { kept[site] = nil } }
            throw error
        }
    }

    func changes(_ change: SiteChange, of site: Site.ID) async throws -> Changed {
        try await Self.shared(changes, site, since: change.since, to: change.revision) {
            Changed(
                revision: change.revision,
                terms: change.terms,
                line: try Self.line(.changes(PeerChanges(change.peers)))
            )
        }.value
    }

    func changes(since revision: Int64, of site: Site.ID, from store: Store) async throws -> Changed {
        let changes = try await store.peerChanges(of: site, since: revision)
        let terms = SiteTerms(lease: changes.lease, networks: changes.networks)
        return Changed(revision: changes.revision, terms: terms, line: try Self.line(.changes(PeerChanges(changes))))
    }

    func line(_ message: PeerMessage) throws -> ByteBuffer {
        try Self.line(message)
    }

    /// To be called when the site has no stream left.
    func forget(_ site: Site.ID) {
        fulls.withLock { $0[site] = nil }
        changes.withLock { $0[site] = nil }
    }

    /// A task, so that the work is nobody's alone, and not done on the thread that serves connections.
    private static func shared<Line: Sendable>(
        _ kept: borrowing Mutex<[Site.ID: Kept<Line>]>,
        _ site: Site.ID,
        since: Int64,
        to revision: Int64,
        _ make: @escaping @Sendable () async throws -> Line
    ) -> Task<Line, any Error> {
        kept.withLock { kept in
            if let known = kept[site], known.since == since, known.to == revision,
                known.madeAt.duration(to: .now) < freshness
            {
                return known.line
            }
            let line = Task { try await make() }
            kept[site] = Kept(since: since, to: revision, line: line)
            return line
        }
    }

    private static func line(_ message: PeerMessage) throws -> ByteBuffer {
        var line = ByteBuffer(bytes: try GatewayJSON.data(message))
        line.writeInteger(UInt8(ascii: "\n"))
        return line
    }
}

extension PeerState {
    fileprivate init(_ state: SitePeers) {
        self.init(
            revision: state.revision,
            lease: state.lease,
            networks: state.networks.map(\.description),
            tunnelRange: state.tunnelRange.description,
            peers: state.peers.map(Peer.init)
        )
    }
}

extension PeerChanges {
    fileprivate init(_ changes: SitePeerChanges) {
        self.init(revision: changes.revision, removed: changes.removed, added: changes.added.map(Peer.init))
    }
}

extension Peer {
    fileprivate init(_ peer: SitePeer) {
        self.init(publicKey: peer.publicKey, address: peer.address)
    }
}
