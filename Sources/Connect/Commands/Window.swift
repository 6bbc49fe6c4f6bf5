import ArgumentParser
import Foundation
import Hummingbird
import NIOCore
import WebUI

extension TimusConnect {
    /// The same screens as a page in the user's browser.
    struct Window: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open Connect's window, a page on this machine.",
            discussion: """
                It is served until the program is ended, on 127.0.0.1 only and under a secret address.

                It makes the tunnel where that needs no password: as root, or with a sudo that asks for none. Else it shows the \
                command for a terminal, and a tunnel that was made there.
                """
        )

        @Option(help: "The port; a free one where none is named.")
        var port = 0

        @Flag(help: "Do not open a browser; only print the address.")
        var noBrowser = false

        @Flag(help: "Make no tunnel; hand out configurations for wg-quick.")
        var noTunnel = false

        @OptionGroup var serverOption: ServerOption
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (0...65535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535.") }
        }

        func run() async throws {
            let window = ConnectWindow(
                folder: common.folder,
                tunnel: .ofMachine(common.folder, environment: common.environment, mayMake: !noTunnel),
                server: try server(),
                email: try email()
            )
            let application = Application(
                router: window.router(),
                configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port), serverName: nil),
                onServerRunning: { channel in announce(window, port: channel.localAddress?.port ?? port) },
                logger: LocalServer.silence
            )
            do {
                try await application.runService()
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                throw ConnectError.portInUse(port)
            }
        }

        private func announce(_ window: ConnectWindow, port: Int) {
            let address = "http://127.0.0.1:\(port)\(window.home.text)"
            if common.json {
                // A dictionary of texts can always be written as JSON.
                try? Terminal.answer(json: ["window": address])
            } else {
                Terminal.answer(address)
            }
            guard !noBrowser else { return }
            if !Browser(environment: common.environment).open(address) {
                Terminal.note("No browser opened: open the address yourself.")
            }
        }

        /// nil where none is known: the window then asks for it.
        private func server() throws(ConnectError) -> ServerAddress? {
            do throws(ConnectError) { return try serverOption.address(common) } catch .noServer { return nil }
        }

        private func email() throws(ConnectError) -> String? {
            try common.folder.read(Preferences.self, from: Preferences.file)?.email
        }
    }
}
