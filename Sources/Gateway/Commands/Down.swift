import ArgumentParser
import Foundation

extension TimusGateway {
    /// Takes away what `run` made.
    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take away the interface, the firewall's table, and forwarding where run turned it on.",
            discussion: "Everybody is cut off. The gateway stays enrolled: timus-gateway run brings it back."
        )

        @OptionGroup var state: StateOption

        func run() async throws {
            signal(SIGPIPE, SIG_IGN)
            let folder = state.folder
            let settings = try folder.settings()
            let lock = try folder.lock()
            defer { close(lock) }
            let tunnel = Tunnel(settings, key: try folder.privateKey(), keyFile: folder.keyFile)
            let was = try await tunnel.remove()
            try folder.forgetPeers()
            try PrivateFile.remove(folder.statusFile)
            Terminal.answer(was ? "\(settings.interface) is gone." : "There was no \(settings.interface).")
        }
    }
}
