import ArgumentParser
import ConnectAPI
import Foundation

extension TimusConnect {
    /// The networks that the user may reach, and why.
    struct Networks: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the networks that you may reach.")

        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await ConnectClient.signedIn(in: common.folder) { client, session in
                let list = try await client.server.networks(token: session.tokens.access)
                if common.json { return try Terminal.answer(json: list) }
                if let notice = list.notice { Terminal.answer(notice) }
                for network in list.networks {
                    Terminal.answer("\(network.name)  \(network.addressRange)  \(network.reason)")
                }
            }
        }
    }
}
