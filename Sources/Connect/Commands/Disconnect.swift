import ArgumentParser
import ConnectAPI
import Foundation

extension TimusConnect {
    /// Closes connections of this machine.
    struct Disconnect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Close the connection to a network, or all of them.")

        @Argument(help: "The network; all where none is named.")
        var network: String?

        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await ConnectClient.signedIn(in: common.folder) { client, session in
                let closed = try await client.disconnect(network, for: session).map(\.network)
                if common.json { return try Terminal.answer(json: ["closed": closed]) }
                for name in closed { Terminal.answer("Disconnected from \(name).") }
            }
        }
    }
}
