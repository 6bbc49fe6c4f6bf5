import ArgumentParser
import ConnectAPI
import Dispatch
import Foundation

extension TimusConnect {
    /// Brings the tunnel to a network up, or hands out the configuration with which another program does.
    struct Connect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Connect this machine to a network.",
            discussion: """
                The tunnel stays after the command has ended, until timus-connect disconnect. Making it needs root: where you are \
                not root, sudo asks for your password. It is in place of a tunnel to another network; where there is one to the \
                same network, that is answered.

                Without root, get a configuration with --config. It holds this machine's private key. Use it with: \
                timus-connect connect Berlin --config berlin.conf, then sudo wg-quick up ./berlin.conf
                """
        )

        @Argument(help: "The network. Not needed where you may reach one only, or chose one at sign-in.")
        var network: String?

        @Option(help: "Make no tunnel; write its WireGuard configuration to this file (mode 0600), or print it for -.")
        var config: String?

        @Option(help: "Seconds to wait for a gateway to answer.")
        var wait = 15

        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (1...3600).contains(wait) else { throw ValidationError("--wait is a number from 1 to 3600.") }
        }

        func run() async throws {
            if let config { return try await handOut(to: config == "-" ? nil : config) }
            let state = try await connected()
            if common.json { return try Terminal.answer(json: state) }
            let (network, address, gateway) = (state.network ?? "", state.address ?? "", state.gateway ?? "")
            Terminal.answer("Connected to \(network) as \(address), through \(gateway).")
        }

        /// Ctrl-C takes down what was begun.
        private func connected() async throws -> TunnelState {
            let (network, folder, wait, environment) = (network, common.folder, wait, common.environment)
            let task = Task {
                try await TunnelControl.connect(
                    network,
                    in: folder,
                    waiting: wait,
                    mayAsk: true,
                    environment: environment
                )
            }
            signal(SIGINT, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: SIGINT)
            source.setEventHandler { task.cancel() }
            source.resume()
            defer { source.cancel() }
            do {
                return try await task.value
            } catch {
                throw task.isCancelled ? CancellationError() : error
            }
        }

        private func handOut(to file: String?) async throws {
            try await ConnectClient.signedIn(in: common.folder) { client, session in
                let key = try client.privateKey(of: session.user)
                if let file { try PrivateFile.check(file) }
                let (connection, configuration) = try await client.open(network, for: session)
                let text = configuration.text(privateKey: key)
                if let file { try PrivateFile.write(Data(text.utf8), to: file) }
                if common.json {
                    return try Terminal.answer(json: HandedOut(connection, configuration: text, file: file))
                }
                if let file {
                    Terminal.answer("The connection to \(connection.network) is open: its configuration is in \(file).")
                } else {
                    Terminal.answer(text.trimmingCharacters(in: .newlines))
                }
            }
        }

        private struct HandedOut: Encodable {
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
