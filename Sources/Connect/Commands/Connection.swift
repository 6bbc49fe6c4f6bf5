import ArgumentParser
import ConnectAPI
import Foundation

extension TimusConnect {
    /// Opens a connection and hands out the WireGuard configuration for it.
    struct Connection: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open a connection to a network and print its WireGuard configuration.",
            discussion: """
                The configuration holds this machine's private key. Use it with: \
                timus-connect connection Berlin --output berlin.conf, then sudo wg-quick up ./berlin.conf
                """
        )

        @Argument(help: "The network. Not needed where you may reach one only, or chose one at sign-in.")
        var network: String?

        @Option(help: "Write the configuration to this file, for your eyes only (mode 0600), in place of printing it.")
        var output: String?

        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await ConnectClient.signedIn(in: common.folder) { client, session in
                let (connection, configuration) = try await client.open(network, for: session)
                let text = configuration.text(privateKey: try client.privateKey(of: session.user))
                if let output { try PrivateFile.write(Data(text.utf8), to: output) }
                if common.json {
                    return try Terminal.answer(json: Answer(connection, configuration: text, file: output))
                }
                if let output {
                    Terminal.answer("Connected to \(connection.network): the configuration is in \(output).")
                } else {
                    Terminal.answer(text.trimmingCharacters(in: .newlines))
                }
            }
        }

        private struct Answer: Encodable {
            let id: String
            let network: String
            let address: String
            let peer: OpenConnection.Peer
            let opened_at: Date
            /// nil where it went to ``file``.
            @OrNull var configuration: String?
            @OrNull var file: String?

            init(_ connection: OpenConnection, configuration: String, file: String?) {
                self.id = connection.id
                self.network = connection.network
                self.address = connection.address
                self.peer = connection.peer
                self.opened_at = connection.openedAt
                self._configuration = OrNull(wrappedValue: file == nil ? configuration : nil)
                self._file = OrNull(wrappedValue: file)
            }
        }
    }
}
