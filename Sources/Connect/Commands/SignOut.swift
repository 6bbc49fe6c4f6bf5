import ArgumentParser
import Foundation

extension TimusConnect {
    /// Takes the tunnel down, and ends the session and this machine's connections.
    struct SignOut: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign-out",
            abstract: "Close this machine's connections and sign out."
        )

        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await TunnelControl.end(in: common.folder)
            try await ConnectClient.signOut(in: common.folder)
            if common.json { return try Terminal.answer(json: ["signed_in": false]) }
            Terminal.answer("Signed out.")
        }
    }
}
