/// Every peer that a gateway lets in, and no other: whoever is missing here is cut off.
public struct PeerList: Hashable, Sendable, Codable {
    /// Equal for equal lists; a gateway compares it with the last one that it took, to see whether there is anything to do.
    public let revision: String
    /// Ordered by public key.
    public let peers: [Peer]

    /// A device with an open connection to the site.
    public struct Peer: Hashable, Sendable, Codable {
        /// The device's WireGuard public key.
        public let publicKey: String
        /// The addresses in the tunnel from which the device may send, each a single IPv4 address as `100.64.0.2/32`.
        public let allowedIPs: [String]

        public init(publicKey: String, allowedIPs: [String]) {
            self.publicKey = publicKey
            self.allowedIPs = allowedIPs
        }

        private enum CodingKeys: String, CodingKey {
            case publicKey = "public_key"
            case allowedIPs = "allowed_ips"
        }
    }

    /// Puts the peers in order and gives the list its revision.
    public init(peers: [Peer]) {
        self.peers = peers.sorted {
            ($0.publicKey, $0.allowedIPs.first ?? "") < ($1.publicKey, $1.allowedIPs.first ?? "")
        }
        self.revision = Self.revision(of: self.peers)
    }

    /// FNV-1a, 64 bits, over all keys and addresses. Gateways take each list as a whole, so that two lists with the same revision
    /// would cost a delay and never an access.
    private static func revision(of peers: [Peer]) -> String {
        let text = peers.map { ([$0.publicKey] + $0.allowedIPs).joined(separator: " ") }.joined(separator: "\n")
        return String(
            text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 },
            radix: 36
        )
    }
}
