import ConnectAPI
import Foundation

extension Keeper {
    /// Seconds for one question about the gateways.
    private static let patience: Int64 = 10

    /// Asks the server for the gateways of the connection again, one of which may have been enrolled anew with another key, and tries
    /// them at once where they are others.
    ///
    /// - Parameter isWaitedFor: Then those that there were are tried at once too.
    func renewPeers(isWaitedFor: Bool = false) async throws {
        guard isSilent else { return }
        let former = connection
        let open = try? await peersOfNow()
        guard isSilent, connection == former else { return }
        if let open, open.id == former.id, open.peers != former.peers {
            (connection, gateway) = (open, 0)
        } else if !isWaitedFor {
            return
        }
        silence = Silence(gateways: connection.peers.count, at: BootTime.now)
        try await hand()
    }

    private var isSilent: Bool {
        switch state.phase {
        case .connecting, .reconnecting, .unreachable: true
        case .connected, .cut, .signedOut, .off: false
        }
    }

    /// The same connection as the server gives it now. nil where that was closed: ``follow()`` hears why, and whether it is to be opened
    /// again.
    private func peersOfNow() async throws -> OpenConnection? {
        let network = connection.network
        return try await ask(patience: Self.patience) { client, session, id in
            let state = try await client.server.state(ofConnection: id, wait: 0, token: session.tokens.access)
            guard let state, state.closedAt == nil else { return nil }
            return try await client.open(network, for: session).connection
        }
    }
}

extension OpenConnection {
    /// Every gateway, the one to try first first.
    var peers: [Peer] { [peer] + alternatives }
}
