/// Every peer that a gateway lets in, and no other: whoever is missing here is cut off. It renews the lease of each.
public struct PeerState: Hashable, Sendable, Codable {
    /// Grows with each change of the site's peers or of the other fields here.
    public let revision: Int64
    /// Seconds for which the peers stay from now on unless they are renewed, 60 to 86,400.
    public let lease: Int
    /// What peers may reach at the site, each in CIDR form.
    public let networks: [String]
    /// The addresses that peers can have, in CIDR form.
    public let tunnelRange: String
    /// Ordered by public key.
    public let peers: [Peer]

    public init(revision: Int64, lease: Int, networks: [String], tunnelRange: String, peers: [Peer]) {
        self.revision = revision
        self.lease = lease
        self.networks = networks
        self.tunnelRange = tunnelRange
        self.peers = peers
    }

    private enum CodingKeys: String, CodingKey {
        case revision
        case lease
        case networks
        case tunnelRange = "tunnel_range"
        case peers
    }
}
