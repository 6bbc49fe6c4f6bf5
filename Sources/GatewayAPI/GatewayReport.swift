public import struct Foundation.Date

/// How a gateway does; sent every 30 seconds.
public struct GatewayReport: Hashable, Sendable, Codable {
    /// The version of `timus-gateway`.
    public let version: String
    /// `kernel` or `wireguard-go`.
    public let implementation: String
    /// Packets from tunnels that the firewall refused since the gateway's interface came up: for other addresses than the
    /// site's, or from others than the peer's own.
    public let refusedPackets: Int64
    /// The peers whose figures changed since the report before; at first all that have any.
    public let peers: [PeerUse]

    /// What a peer did. The figures count from when the interface took the peer.
    public struct PeerUse: Hashable, Sendable, Codable {
        public let publicKey: String
        /// nil where it never came.
        public let lastHandshakeAt: Date?
        public let receivedBytes: Int64
        public let sentBytes: Int64

        public init(publicKey: String, lastHandshakeAt: Date?, receivedBytes: Int64, sentBytes: Int64) {
            self.publicKey = publicKey
            self.lastHandshakeAt = lastHandshakeAt
            self.receivedBytes = receivedBytes
            self.sentBytes = sentBytes
        }

        private enum CodingKeys: String, CodingKey {
            case publicKey = "public_key"
            case lastHandshakeAt = "last_handshake_at"
            case receivedBytes = "received_bytes"
            case sentBytes = "sent_bytes"
        }
    }

    public init(version: String, implementation: String, refusedPackets: Int64, peers: [PeerUse]) {
        self.version = version
        self.implementation = implementation
        self.refusedPackets = refusedPackets
        self.peers = peers
    }

    private enum CodingKeys: String, CodingKey {
        case version
        case implementation
        case refusedPackets = "refused_packets"
        case peers
    }
}
