import Foundation

/// How the running gateway does, as it writes it down every few seconds.
struct GatewayStatus: Codable, Equatable, Sendable {
    var version: String
    var name: String
    var site: String
    var server: String
    var interface: String
    /// `kernel` or `wireguard-go`; nil before the interface is up.
    var implementation: String?
    /// Whether the server was heard in the last 15 seconds.
    var isServerReachable: Bool
    /// nil where it was never heard since the start.
    var serverHeardAt: Date?
    /// The revision that the server told last, and the last that is in force.
    var revision: Int64?
    var revisionInForce: Int64?
    /// What keeps the peers from being as the server says; nil where nothing does.
    var trouble: String?
    var lease: Int?
    var networks: [String]
    var peerCount: Int
    /// When the first of the leases ends unless it is renewed.
    var firstLeaseEndsAt: Date?
    var lastHandshakeAt: Date?
    var receivedBytes: Int64
    var sentBytes: Int64
    var refusedPackets: Int64
    var peers: [PeerStatus]
    var writtenAt: Date

    /// From so many peers on it is written every 30 seconds and no longer every two: a large file costs more than it tells.
    static let manyPeers = 1_000

    /// Whether the program that wrote it can still be taken to go on.
    func isYoung(at now: Date) -> Bool { age(at: now) <= (peerCount < Self.manyPeers ? 15 : 90) }

    /// Seconds. A time to come is of a clock that was set back since, and proves no youth.
    func age(at now: Date) -> Double { abs(now.timeIntervalSince(writtenAt)) }

    struct PeerStatus: Codable, Equatable, Sendable {
        var publicKey: String
        var address: String
        var leaseEndsAt: Date
        var lastHandshakeAt: Date?
        var receivedBytes: Int64
        var sentBytes: Int64

        private enum CodingKeys: String, CodingKey {
            case publicKey = "public_key"
            case address
            case leaseEndsAt = "lease_ends_at"
            case lastHandshakeAt = "last_handshake_at"
            case receivedBytes = "received_bytes"
            case sentBytes = "sent_bytes"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case version
        case name
        case site
        case server
        case interface
        case implementation
        case isServerReachable = "server_reachable"
        case serverHeardAt = "server_heard_at"
        case revision
        case revisionInForce = "revision_in_force"
        case trouble
        case lease
        case networks
        case peerCount = "peer_count"
        case firstLeaseEndsAt = "first_lease_ends_at"
        case lastHandshakeAt = "last_handshake_at"
        case receivedBytes = "received_bytes"
        case sentBytes = "sent_bytes"
        case refusedPackets = "refused_packets"
        case peers
        case writtenAt = "written_at"
    }
}
