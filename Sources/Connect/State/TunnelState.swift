import Foundation

/// How the tunnel of this machine stands, as its keeper wrote it down last.
struct TunnelState: Equatable, Sendable {
    static let file = "tunnel.json"

    enum Phase: String, Codable, Sendable {
        /// No gateway has answered yet.
        case connecting
        case connected
        /// It was up; no gateway answers, and each is tried.
        case reconnecting
        /// The server closed the connection. It is asked for another one from time to time.
        case cut
        /// No gateway answers after all were tried; they are tried further, with pauses.
        case unreachable
        /// The sign-in ended, and the tunnel with it.
        case signedOut = "signed-out"
        case off
    }

    var phase: Phase
    /// The site's name.
    var network: String?
    /// The connection's id on the server.
    var connection: String?
    /// In the tunnel, `100.64.0.2`.
    var address: String?
    /// The endpoint of the gateway that is used or tried, as the server wrote it.
    var gateway: String?
    var interface: String?
    /// Since when ``phase`` is what it is; nil where there has been no tunnel yet.
    var since: Date?
    /// nil before the first handshake with any gateway.
    var lastHandshakeAt: Date?
    /// Bytes, since the tunnel was set up.
    var receivedBytes: Int64 = 0
    /// Bytes, since the tunnel was set up.
    var sentBytes: Int64 = 0
    /// Why it is so, in a sentence: "Okta: your account was suspended." nil where there is nothing to say.
    var because: String?
    /// nil while the server answers.
    var serverUnreachableSince: Date?
    /// Where the gateway in use was found; known to the keeper alone.
    var endpoint: IPv4Address?

    /// Whether a keeper is at work, so that there is, or soon may be, a tunnel.
    var isKept: Bool { phase != .off && phase != .signedOut }

    /// Whether the gateways were asked and do not answer.
    var isSilent: Bool { phase == .reconnecting || phase == .unreachable }

    /// Whether there is an interface that a gateway has answered.
    var isUp: Bool { phase == .connected || isSilent }
}

extension TunnelState {
    static func off(since: Date? = nil, because: String? = nil, network: String? = nil) -> TunnelState {
        TunnelState(phase: .off, network: network, since: since, because: because)
    }
}

extension TunnelState {
    /// What to say where there is no session.
    var whyNotSignedIn: ConnectError {
        phase == .signedOut ? .accessEnded(because: because) : .notSignedIn
    }
}

extension TunnelState: Codable {
    private enum CodingKeys: String, CodingKey {
        case phase = "state"
        case network
        case connection
        case address
        case gateway
        case interface
        case since
        case lastHandshakeAt = "last_handshake_at"
        case receivedBytes = "received_bytes"
        case sentBytes = "sent_bytes"
        case because
        case serverUnreachableSince = "server_unreachable_since"
    }

    /// Every field is there each time, as null where there is nothing.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(phase, forKey: .phase)
        try container.encode(network, forKey: .network)
        try container.encode(connection, forKey: .connection)
        try container.encode(address, forKey: .address)
        try container.encode(gateway, forKey: .gateway)
        try container.encode(interface, forKey: .interface)
        try container.encode(since, forKey: .since)
        try container.encode(lastHandshakeAt, forKey: .lastHandshakeAt)
        try container.encode(receivedBytes, forKey: .receivedBytes)
        try container.encode(sentBytes, forKey: .sentBytes)
        try container.encode(because, forKey: .because)
        try container.encode(serverUnreachableSince, forKey: .serverUnreachableSince)
    }
}
