import Foundation
import GatewayAPI
import Logging
import Subprocess

/// Keeps the interface's peers as the server lists them, and fails closed: where the server has not answered for the lease,
/// or no longer knows the gateway, nobody is let in.
struct PeerKeeper: Sendable {
    let settings: GatewaySettings
    let source: PeerSource
    let privateKey: String
    let logger: Logger

    /// Asks once and sets the peers.
    func runOnce() async throws -> PeerList {
        let list = try await source.peers()
        try await set(list.peers)
        return list
    }

    /// Asks again and again until the task is cancelled.
    func run() async throws {
        var lastAnswer = ContinuousClock.now
        var isSet: [PeerList.Peer]?
        while !Task.isCancelled {
            do {
                let list = try await source.peers()
                lastAnswer = .now
                try await set(list.peers, unlessSet: &isSet)
            } catch let error as GatewayError {
                logger.warning(
                    "The peers were not brought up to date.",
                    metadata: ["cause": "\(error.errorDescription ?? "")"]
                )
                if error == .tokenRefused || ContinuousClock.now - lastAnswer > .seconds(settings.lease) {
                    try await set([], unlessSet: &isSet)
                }
            }
            try await Task.sleep(for: .seconds(settings.interval))
        }
    }

    private func set(_ peers: [PeerList.Peer], unlessSet isSet: inout [PeerList.Peer]?) async throws {
        guard isSet != peers else { return }
        try await set(peers)
        isSet = peers
        logger.info("The peers were set.", metadata: ["peers": "\(peers.count)"])
    }

    /// Writes the configuration, and gives it to `wg` where there is an interface to keep.
    private func set(_ peers: [PeerList.Peer]) async throws {
        let configuration = PeerConfiguration(privateKey: privateKey, listenPort: settings.listenPort, peers: peers)
        if configuration.refused > 0 {
            logger.warning(
                "Peers of the list were left out: their keys or addresses cannot be.",
                metadata: ["peers": "\(configuration.refused)"]
            )
        }
        try PrivateFile.write(configuration.text, to: settings.output)
        guard let interface = settings.interface else { return }
        do {
            let result = try await Subprocess.run(
                .name("wg"),
                arguments: ["syncconf", interface, settings.output],
                output: .discarded,
                error: .string(limit: 4096)
            )
            guard result.terminationStatus.isSuccess else {
                throw GatewayError.wireGuard(result.standardError.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        } catch let error as SubprocessError {
            throw GatewayError.wireGuard("it could not be started (\(error))")
        }
    }
}
