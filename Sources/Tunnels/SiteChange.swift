public import Access
public import Storage

/// The last change that was seen of a site.
public struct SiteChange: Sendable {
    /// The revision before it.
    public let since: Int64
    public let peers: SitePeerChanges

    public var revision: Int64 { peers.revision }
    public var terms: SiteTerms { SiteTerms(lease: peers.lease, networks: peers.networks) }
}

/// What gateways are told of a site beside its peers.
public struct SiteTerms: Hashable, Sendable {
    public let lease: Int
    public let networks: [AddressRange]

    public init(lease: Int, networks: [AddressRange]) {
        self.lease = lease
        self.networks = networks
    }

    public init(_ state: SitePeers) {
        self.init(lease: state.lease, networks: state.networks)
    }
}
