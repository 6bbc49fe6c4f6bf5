import ArgumentParser
import Foundation
import GatewayAPI

extension TimusGateway {
    /// Shows how the running gateway does.
    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how the gateway does.",
            discussion: """
                Exit status: 0 where it runs, hears the server, and has in force what that says; 1 where not; 3 where this \
                machine is not enrolled.
                """
        )

        @OptionGroup var state: StateOption

        @Flag(help: "Answer in JSON, with stable fields.")
        var json = false

        func run() throws {
            let folder = state.folder
            let settings = try folder.settings()
            let status = try PrivateFile.contents(of: folder.statusFile).flatMap {
                // One of another version, or none.
                try? GatewayJSON.message(GatewayStatus.self, from: $0)
            }
            let answer = StatusAnswer(settings, isRunning: folder.isRunning, status: status)
            let now = Date()
            if json { try Terminal.answer(json: answer) } else { answer.lines(at: now).forEach(Terminal.answer) }
            guard answer.isWell(at: now) else { throw ExitCode(1) }
        }
    }
}

/// What `status` answers.
struct StatusAnswer: Encodable {
    let isRunning: Bool
    let gateway: String
    let site: String
    let server: String
    let interface: String
    let listenPort: Int
    /// nil where it never ran. Old where it does not run.
    let status: GatewayStatus?

    private enum CodingKeys: String, CodingKey {
        case isRunning = "running"
        case gateway
        case site
        case server
        case interface
        case listenPort = "listen_port"
        case status
    }

    init(_ settings: GatewaySettings, isRunning: Bool, status: GatewayStatus?) {
        self.isRunning = isRunning
        self.gateway = settings.name
        self.site = settings.site
        self.server = settings.server.origin
        self.interface = settings.interface
        self.listenPort = settings.listenPort
        self.status = status
    }

    func isWell(at now: Date) -> Bool {
        guard isRunning, let status, status.isYoung(at: now), let revision = status.revision else { return false }
        return status.isServerReachable && status.trouble == nil && revision == status.revisionInForce
    }

    func lines(at now: Date) -> [String] {
        var lines = ["\(gateway), a gateway of \(site): \(isRunning ? "runs" : "does not run")."]
        guard let status else { return lines }
        if isRunning && !status.isYoung(at: now) {
            lines.append("It has not written for \(Int(status.age(at: now))) seconds; this is how it did then.")
        }
        if isRunning {
            let implementation = status.implementation.map { " (\($0))" } ?? ""
            lines.append("Interface \(interface)\(implementation), port \(listenPort).")
            lines.append(
                status.isServerReachable
                    ? "The server \(server) is heard."
                    : "The server \(server) is not heard"
                        + (status.serverHeardAt.map { " since \(Self.time($0))." } ?? ".")
            )
            if let trouble = status.trouble { lines.append("The peers are not as the server says: \(trouble).") }
        }
        let told = status.revision.map { "\($0)" } ?? "none"
        lines.append("Revision \(told), in force: \(status.revisionInForce.map { "\($0)" } ?? "none").")
        lines.append("Networks: \(status.networks.isEmpty ? "none" : status.networks.joined(separator: ", ")).")
        lines.append(
            "Peers: \(status.peerCount)"
                + (status.firstLeaseEndsAt.map { "; the first lease ends \(Self.time($0))." } ?? ".")
        )
        lines.append(
            "Last handshake: \(status.lastHandshakeAt.map(Self.time) ?? "never"); "
                + "\(status.receivedBytes) bytes received, \(status.sentBytes) sent, \(status.refusedPackets) packets refused."
        )
        lines += status.peers.prefix(50).map { peer in
            "  \(peer.address)  \(peer.publicKey)  \(peer.lastHandshakeAt.map(Self.time) ?? "never")  "
                + "\(peer.receivedBytes)/\(peer.sentBytes)"
        }
        if status.peers.count > 50 { lines.append("  and \(status.peers.count - 50) more; see --json.") }
        return lines
    }

    private static func time(_ date: Date) -> String { date.formatted(.iso8601) }
}
