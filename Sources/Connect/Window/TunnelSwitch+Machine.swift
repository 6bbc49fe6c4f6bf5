import Foundation

extension TunnelSwitch {
    /// The tunnel of this machine.
    ///
    /// - Parameter mayMake: false to make none even where that were possible; one that is there is shown all the same.
    static func ofMachine(_ folder: StateFolder, environment: [String: String], mayMake: Bool = true) -> TunnelSwitch {
        let isOurs = mayMake && HelperStart.needsNoPassword(environment: environment)
        return TunnelSwitch(
            isOurs: { isOurs },
            state: { ShownTunnel(TunnelControl.state(in: folder)) },
            connect: { network in
                try await TunnelControl.connect(
                    network,
                    in: folder,
                    waiting: nil,
                    mayAsk: false,
                    environment: environment
                )
            },
            disconnect: { try await TunnelControl.disconnect(in: folder) }
        )
    }
}

extension ShownTunnel {
    init(_ state: TunnelState) {
        let network = state.network ?? ""
        switch state.phase {
        case .connecting: self = .connecting(network: network)
        case .connected:
            let open = Open(
                network: network,
                address: state.address ?? "",
                gateway: state.gateway,
                since: state.since ?? Date(),
                lastHandshakeAt: state.lastHandshakeAt,
                received: state.receivedBytes,
                sent: state.sentBytes,
                serverAwaySince: state.serverUnreachableSince
            )
            self = .connected(open)
        case .reconnecting, .unreachable: self = .reconnecting(network: network, because: state.because)
        case .cut:
            let why = state.because ?? "The server closed the connection."
            self = .cut(network: network, because: why, at: state.since, isTriedAgain: true)
        case .signedOut: self = .signedOut(because: state.because)
        case .off:
            self =
                state.because.map { .cut(network: network, because: $0, at: state.since, isTriedAgain: false) } ?? .none
        }
    }
}
