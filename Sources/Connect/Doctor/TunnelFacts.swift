import Foundation

/// How the tunnel of this machine stands, as far as the checks of it and of UDP want to know.
enum TunnelFacts: Equatable, Sendable {
    case none
    /// Up, or being brought up.
    case open(network: String, lastHandshakeAt: Date?, serverAwaySince: Date?)
    /// There was one, and the reason why it was cut.
    case cut(because: String)

    init(_ tunnel: ShownTunnel) {
        switch tunnel {
        case .none, .signedOut(because: nil): self = .none
        case .connecting(let network), .reconnecting(let network, _):
            self = .open(network: network, lastHandshakeAt: nil, serverAwaySince: nil)
        case .connected(let open):
            self = .open(
                network: open.network,
                lastHandshakeAt: open.lastHandshakeAt,
                serverAwaySince: open.serverAwaySince
            )
        case .cut(_, let why, _, _), .signedOut(let why?): self = .cut(because: why)
        }
    }
}

extension Finding {
    /// WireGuard agrees on new keys every two minutes while anything is sent, and gives the old ones up after three.
    private static let silence = 180.0

    static func tunnel(_ facts: TunnelFacts, now: Date) -> Finding {
        let (id, name) = ("tunnel", "Tunnel")
        switch facts {
        case .none: return .ok(id, name, "No tunnel is open.")
        case .cut(let why):
            return .warning(id, name, "The tunnel was cut: \(why)", remedy: "See timus-connect status.")
        case .open(let network, nil, _):
            return .failed(
                id,
                name,
                "The tunnel to \(network) is set up, but its gateway has not answered.",
                remedy: "Check that UDP gets out of this network, then run timus-connect disconnect and connect."
            )
        case .open(let network, let handshake?, _) where now.timeIntervalSince(handshake) > silence:
            return .warning(
                id,
                name,
                "The gateway of \(network) was last heard \(Int(now.timeIntervalSince(handshake)) / 60) minutes ago.",
                remedy: "It is tried again by itself; if it stays, run timus-connect disconnect and connect."
            )
        case .open(let network, let handshake?, let away):
            let heard = "its gateway was heard \(max(0, Int(now.timeIntervalSince(handshake)))) seconds ago"
            guard away == nil else {
                return .warning(
                    id,
                    name,
                    "The tunnel to \(network) is open and \(heard), but the server does not answer.",
                    remedy: "The gateway keeps the tunnel for a while only: see the check of the server."
                )
            }
            return .ok(id, name, "The tunnel to \(network) is open; \(heard).")
        }
    }

    /// There is nothing to ask: a gateway answers no packet but that of a tunnel it knows.
    static func udp(_ facts: TunnelFacts, now: Date) -> Finding {
        let (id, name) = ("udp", "UDP")
        if case .open(_, let handshake?, _) = facts, now.timeIntervalSince(handshake) <= silence {
            return .ok(id, name, "UDP gets through to the gateway: it answered.")
        }
        return .unchecked(
            id,
            name,
            "Whether UDP gets through to a gateway cannot be known before a tunnel is up: it answers nobody else.",
            remedy: "If connect finds no gateway, ask whether this network lets UDP out."
        )
    }
}
