import ArgumentParser
import ConnectAPI
import Foundation

extension TimusConnect {
    /// Who is signed in, and which connections are open.
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say who is signed in and what is connected.")

        @OptionGroup var common: CommonOptions

        func run() async throws {
            do {
                try await ConnectClient.signedIn(in: common.folder) { client, session in
                    let status = try await client.server.status(token: session.tokens.access)
                    try answer(session, status)
                }
            } catch let error as ConnectError where common.json && error.exitCode == ExitCode(3) {
                try Terminal.answer(json: ["signed_in": false])
                throw error
            }
        }

        private func answer(_ session: SavedSession, _ status: ConnectStatus) throws {
            let here = status.connections.filter { $0.device == session.device }
            if common.json { return try Terminal.answer(json: Answer(session, status, here)) }
            Terminal.answer(
                "Signed in as \(status.email ?? status.name) at \(status.organisation) (\(session.server))."
            )
            if here.isEmpty { Terminal.answer("Not connected.") }
            for connection in here {
                Terminal.answer("Connected to \(connection.network) as \(connection.address).")
            }
        }

        private struct Answer: Encodable {
            let signed_in = true
            let server: String
            let organisation: String
            let name: String
            @OrNull var email: String?
            let device: String
            @OrNull var network: String?
            let session_expires_at: Date
            let connections: [ConnectStatus.Connection]

            init(_ session: SavedSession, _ status: ConnectStatus, _ connections: [ConnectStatus.Connection]) {
                self.server = session.server.origin
                self.organisation = status.organisation
                self.name = status.name
                self._email = OrNull(wrappedValue: status.email)
                self.device = session.device
                self._network = OrNull(wrappedValue: session.network)
                self.session_expires_at = status.sessionExpiresAt
                self.connections = connections
            }
        }
    }
}
