import Access
import Directory
import Storage

import struct Foundation.Date

/// What is to be seen of a site at this moment.
struct SiteState: Sendable {
    let site: Site
    let gateways: [Gateway]
    /// Seconds.
    let lease: Int
    /// The site's revision; a gateway that acknowledged it is up to date.
    let revision: Int64
    /// The newest, at most ``mostConnections``.
    let connections: [LiveConnection]
    /// How many there are.
    let connectionCount: Int
    let cuts: [Cut]
    let now: Date

    static let mostConnections = 100
    private static let mostCuts = 20

    init(of site: Site, in store: Store) async throws {
        self.site = site
        gateways = try await store.gateways(of: site.id)
        lease = try await store.lease(of: site.id)
        revision = try await store.siteRevisions()[site.id] ?? 0
        connections = try await store.liveConnections(at: site.id, limit: Self.mostConnections)
        connectionCount =
            connections.count < Self.mostConnections
            ? connections.count : try await store.openConnectionCounts()[site.id] ?? 0
        cuts = try await store.recentCuts(at: site.id, limit: Self.mostCuts)
        now = store.now()
    }
}
