public import struct Foundation.Date

/// A connection that is open on the server, and what the device needs for its end of the tunnel.
///
/// There is no DNS and no command in here, and a client that finds more than this must not act on it. Every text is data from
/// outside: the client checks it before it writes a configuration.
public struct OpenConnection: Hashable, Sendable, Codable {
    public let id: String
    /// The site's name.
    public let network: String
    /// The device's address in the tunnel, `100.64.0.2/32`.
    public let address: String
    /// The gateway to try first.
    public let peer: Peer
    /// The site's other gateways, which let the device in just as well; the next best first.
    public let alternatives: [Peer]
    public let openedAt: Date

    /// The gateway's end.
    public struct Peer: Hashable, Sendable, Codable {
        /// A WireGuard public key.
        public let publicKey: String
        /// `host:port`, with an IPv6 address in brackets.
        public let endpoint: String
        /// What the device reaches through the tunnel, each in CIDR form.
        public let allowedIPs: [String]

        public init(publicKey: String, endpoint: String, allowedIPs: [String]) {
            self.publicKey = publicKey
            self.endpoint = endpoint
            self.allowedIPs = allowedIPs
        }

        private enum CodingKeys: String, CodingKey {
            case publicKey = "public_key"
            case endpoint
            case allowedIPs = "allowed_ips"
        }
    }

    public init(id: String, network: String, address: String, peer: Peer, alternatives: [Peer], openedAt: Date) {
        self.id = id
        self.network = network
        self.address = address
        self.peer = peer
        self.alternatives = alternatives
        self.openedAt = openedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case network
        case address
        case peer
        case alternatives
        case openedAt = "opened_at"
    }
}
