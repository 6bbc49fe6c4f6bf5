import ArgumentParser
import AsyncHTTPClient
import Foundation
import GatewayAPI
import Logging
import NIOCore
import UnixSignals

extension TimusGateway {
    /// Follows the server's list of peers.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep the peers as the server lists them.",
            discussion: """
                The settings are a JSON file: server, token_file, private_key_file, output (where the configuration for \
                wg syncconf is written), and where they differ from what is usual: interface (kept in step with wg; without it \
                only the file is written), listen_port (51820), interval (5 seconds), lease (300 seconds for which peers stay \
                when the server is not to be reached).
                """
        )

        @Option(help: "The settings file.")
        var config: String

        @Flag(help: "Ask once, set the peers, and end.")
        var once = false

        @Flag(help: "Answer in JSON, with stable fields. With --once only.")
        var json = false

        func run() async throws {
            let settings = try GatewaySettings.load(config)
            let token = try PrivateFile.firstLine(of: settings.tokenFile)
            let privateKey = try PrivateFile.firstLine(of: settings.privateKeyFile)
            guard PeerConfiguration.isKey(privateKey) else {
                throw GatewayError.cannotRead(path: settings.privateKeyFile, cause: "it holds no WireGuard key")
            }
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            configuration.timeout = .init(connect: .seconds(10), read: .seconds(20))
            configuration.connectionPool.retryConnectionEstablishment = false
            let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            let keeper = PeerKeeper(
                settings: settings,
                source: PeerSource(server: settings.server, token: token, http: http),
                privateKey: privateKey,
                logger: Logger(label: "timus-gateway", factory: { StreamLogHandler.standardError(label: $0) })
            )
            do {
                if once {
                    answer(try await keeper.runOnce(), settings)
                } else {
                    try await Self.untilStopped { try await keeper.run() }
                }
                try await http.shutdown()
            } catch {
                // The first error is the one to tell.
                try? await http.shutdown()
                throw error
            }
        }

        /// Runs `body` until it throws, or SIGTERM or SIGINT says that it is enough. The peers that are set stay: a gateway
        /// that is updated must not cut anybody off.
        private static func untilStopped(_ body: @escaping @Sendable () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { return }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        }

        private func answer(_ list: PeerList, _ settings: GatewaySettings) {
            if json, let data = try? JSONEncoder.sorted.encode(list) {
                print(String(decoding: data, as: UTF8.self))
            } else {
                print("\(list.peers.count) \(list.peers.count == 1 ? "peer" : "peers") written to \(settings.output).")
            }
        }
    }
}

extension JSONEncoder {
    fileprivate static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
