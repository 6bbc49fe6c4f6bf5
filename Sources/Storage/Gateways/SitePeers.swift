public import Access

/// A device that may come through a site's gateways.
public struct SitePeer: Hashable, Sendable {
    /// The device's WireGuard public key.
    public let publicKey: String
    /// Its address in the tunnel, such as `100.64.0.2`.
    public let address: String
}

/// All that a site's gateways let in at one revision.
public struct SitePeers: Hashable, Sendable {
    public let revision: Int64
    /// Seconds for which a gateway that hears nothing more keeps the peers.
    public let lease: Int
    /// What peers may reach.
    public let networks: [AddressRange]
    /// The addresses that peers can have.
    public let tunnelRange: AddressRange
    /// By public key.
    public let peers: [SitePeer]
}

/// What changed at a site between a revision and ``revision``. A peer in both lists stays.
public struct SitePeerChanges: Hashable, Sendable {
    public let revision: Int64
    /// Seconds; see ``SitePeers/lease``.
    public let lease: Int
    /// What peers may reach at ``revision``.
    public let networks: [AddressRange]
    /// Public keys, in their order.
    public let removed: [String]
    /// By public key.
    public let added: [SitePeer]
}
