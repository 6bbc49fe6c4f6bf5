import ArgumentParser
import ConnectAPI
import Foundation

extension TimusConnect {
    /// Takes the tunnel down, and closes connections of this machine.
    struct Disconnect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Close the connection to a network, or all of them.")

        @Argument(help: "The network; all where none is named.")
        var network: String?

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let folder = common.folder
            let there = TunnelControl.state(in: folder)
            let isOurs = there.isKept && (network == nil || there.network?.isSameName(as: network) == true)
            // First the tunnel: it goes whether or not the server can be told.
            if isOurs { try await TunnelControl.end(in: folder) }
            var closed: [String] = []
            do {
                closed = try await ConnectClient.signedIn(in: folder) { client, session in
                    try await client.disconnect(network, for: session).map(\.network)
                }
            } catch ConnectError.notConnected(nil) {
                closed = isOurs ? [there.network].compactMap { $0 } : []
            } catch let error as ConnectError where isOurs {
                switch error {
                // There was nothing to close, or nobody whose it is.
                case .notConnected, .notSignedIn, .accessEnded: closed = [there.network].compactMap { $0 }
                default: throw error
                }
            }
            if isOurs { try folder.write(TunnelState.off(since: Date(), network: there.network), to: TunnelState.file) }
            if common.json { return try Terminal.answer(json: ["closed": closed]) }
            if closed.isEmpty { Terminal.answer("Not connected.") }
            for name in closed { Terminal.answer("Disconnected from \(name).") }
        }
    }
}
