import ArgumentParser
import ConnectAPI
import Foundation

extension TimusConnect {
    /// Who is signed in, and which connections are open.
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say who is signed in and what is connected.")

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let tunnel = TunnelControl.state(in: common.folder)
            do {
                try await ConnectClient.signedIn(in: common.folder) { client, session in
                    let status = try await client.server.status(token: session.tokens.access)
                    try answer(session, status, tunnel)
                }
            } catch let error as ConnectError {
                // Without the server there still is a tunnel, or the reason why there is none.
                if common.json {
                    if error.exitCode == ExitCode(3) {
                        try Terminal.answer(json: SignedOut(tunnel: tunnel.because == nil ? nil : tunnel))
                    } else if let session = try common.folder.read(SavedSession.self, from: SavedSession.file) {
                        try Terminal.answer(json: Answer(session, nil, [], tunnel))
                    }
                } else {
                    for line in tunnel.lines { Terminal.answer(line) }
                }
                throw error
            }
        }

        private func answer(_ session: SavedSession, _ status: ConnectStatus, _ tunnel: TunnelState) throws {
            let here = status.connections.filter { $0.device == session.device }
            if common.json { return try Terminal.answer(json: Answer(session, status, here, tunnel)) }
            Terminal.answer(
                "Signed in as \(status.email ?? status.name) at \(status.organisation) (\(session.server))."
            )
            let others = here.filter { !tunnel.isKept || $0.id != tunnel.connection }
            if !tunnel.isKept, tunnel.because == nil, others.isEmpty { Terminal.answer("Not connected.") }
            for line in tunnel.lines { Terminal.answer(line) }
            for connection in others {
                Terminal.answer("The connection to \(connection.network) as \(connection.address) is open.")
            }
        }

        private struct SignedOut: Encodable {
            let signed_in = false
            /// Why there is none any more; left out where there was none.
            let tunnel: TunnelState?
        }

        private struct Answer: Encodable {
            let signed_in = true
            let server: String
            let organisation: String
            let name: String
            @OrNull var email: String?
            let device: String
            @OrNull var network: String?
            /// nil where the server could not be asked.
            @OrNull var session_expires_at: Date?
            let connections: [ConnectStatus.Connection]
            let tunnel: TunnelState

            init(
                _ session: SavedSession,
                _ status: ConnectStatus?,
                _ connections: [ConnectStatus.Connection],
                _ tunnel: TunnelState
            ) {
                self.server = session.server.origin
                self.organisation = status?.organisation ?? session.organisation
                self.name = status?.name ?? session.name
                self._email = OrNull(wrappedValue: status.map(\.email) ?? session.email)
                self.device = session.device
                self._network = OrNull(wrappedValue: session.network)
                self._session_expires_at = OrNull(wrappedValue: status?.sessionExpiresAt)
                self.connections = connections
                self.tunnel = tunnel
            }
        }
    }
}

extension TunnelState {
    /// For the terminal; empty where there is nothing to say.
    var lines: [String] {
        let network = network ?? ""
        let why = because.map { ": \($0)" } ?? "."
        var lines: [String]
        switch phase {
        case .off: return because.map { ["Not connected: \($0)"] } ?? []
        case .signedOut: return ["The tunnel to \(network) was taken down\(why)"]
        case .cut: return ["Cut off from \(network)\(why)", "Another connection is asked for from time to time."]
        case .connecting: lines = ["Connecting to \(network) through \(gateway ?? "")."]
        case .connected: lines = ["Connected to \(network) as \(address ?? ""), through \(gateway ?? "")."]
        case .reconnecting, .unreachable: lines = ["Reconnecting to \(network)\(why)"]
        }
        if let lastHandshakeAt {
            let seconds = max(0, Int(Date().timeIntervalSince(lastHandshakeAt)))
            lines.append(
                "Last handshake \(seconds) seconds ago; received \(receivedBytes) bytes, sent \(sentBytes) bytes."
            )
        }
        if let serverUnreachableSince {
            lines.append("The server has not answered since \(serverUnreachableSince.formatted(.iso8601)).")
        }
        return lines
    }
}
