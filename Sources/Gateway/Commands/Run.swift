import ArgumentParser
import Foundation
import Logging
import UnixSignals

extension TimusGateway {
    /// Lets in whom the server says.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hold the tunnels and let in whom the server says, until it is ended.",
            discussion: """
                Needs root, and the programs ip, nft and conntrack; where the kernel has no WireGuard, wireguard-go, and \
                else wg. When it ends, everything stays as it is, so that an update cuts nobody off; but no lease is renewed \
                any more, and the firewall lets nobody through once the first has run out. timus-gateway down takes it all \
                away.
                """
        )

        @OptionGroup var state: StateOption

        @Flag(help: "Print one line of JSON once the interface is up.")
        var json = false

        func run() async throws {
            // A tool that ends before it has read its input must not end us.
            signal(SIGPIPE, SIG_IGN)
            let folder = state.folder
            let settings = try folder.settings()
            let lock = try folder.lock()
            defer { close(lock) }
            let certificates =
                try PrivateFile.contents(of: folder.certificatesFile) == nil ? nil : folder.certificatesFile
            let json = self.json
            try await TimusServer.with(settings.server, certificates: certificates) { server in
                let logger = Logger(label: "timus-gateway", factory: { StreamLogHandler.standardError(label: $0) })
                let run = try GatewayRun(settings, folder: folder, server: server, logger: logger)
                try await run.begin()
                try await ready(run, settings, json)
                try await Self.untilStopped { try await run.run() }
            }
        }

        private struct Ready: Encodable {
            let interface: String
            let implementation: String
            let listen_port: Int
            let public_key: String
        }

        private func ready(_ run: GatewayRun, _ settings: GatewaySettings, _ json: Bool) async throws {
            let implementation = await run.keeper.device?.implementation ?? "none"
            run.logger.info(
                "The interface is up.",
                metadata: ["interface": "\(settings.interface)", "implementation": "\(implementation)"]
            )
            guard json else { return }
            try Terminal.answer(
                json: Ready(
                    interface: settings.interface,
                    implementation: implementation,
                    listen_port: settings.listenPort,
                    public_key: run.tunnel.key.publicKey.base64
                )
            )
        }

        /// Runs `body` until it throws, or SIGTERM or SIGINT says that it is enough.
        private static func untilStopped(_ body: @escaping @Sendable () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { return }
                }
                try await group.next()
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}
