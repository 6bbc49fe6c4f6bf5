import Foundation

/// The tunnel of this machine as the window shows it.
enum ShownTunnel: Equatable, Sendable {
    case none
    case connecting(network: String)
    case connected(Open)
    /// It was up; the gateway or this machine's network is away, and it is being brought up again.
    case reconnecting(network: String, because: String?)
    /// The server took the connection away.
    case cut(network: String, because: String, at: Date?, isTriedAgain: Bool)
    /// The sign-in ended with it.
    case signedOut(because: String?)

    struct Open: Equatable, Sendable {
        var network: String
        /// In the tunnel.
        var address: String
        /// The gateway's endpoint.
        var gateway: String?
        var since: Date
        var lastHandshakeAt: Date?
        /// Bytes.
        var received: Int64
        var sent: Int64
        /// nil while the server answers.
        var serverAwaySince: Date?
    }

    /// nil where there is no tunnel to a network, nor one that is tried for.
    var network: String? {
        switch self {
        case .none, .signedOut, .cut(_, _, _, isTriedAgain: false): nil
        case .connecting(let network), .reconnecting(let network, _), .cut(let network, _, _, _): network
        case .connected(let open): open.network
        }
    }

    var isServerAway: Bool {
        guard case .connected(let open) = self else { return false }
        return open.serverAwaySince != nil
    }
}
