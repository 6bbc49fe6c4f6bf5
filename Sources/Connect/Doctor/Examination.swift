import Foundation

/// Everything that `doctor` looked at, in the order in which one thing needs another.
struct Examination: Equatable, Sendable {
    let findings: [Finding]

    /// What is asked of the server, where one is known.
    struct Server: Equatable, Sendable {
        let address: ServerAddress
        let lookup: HostLookup
        /// nil where its name was not found.
        let probe: ServerProbe?
    }

    enum ServerKnown: Equatable, Sendable {
        case none
        /// It is named in a way that cannot be used.
        case wrong(ConnectError)
        case yes(Server)
    }

    init(
        machine: MachineFacts,
        folder: FolderFacts,
        path: String,
        server: ServerKnown,
        session: SessionFacts,
        tunnel: TunnelFacts,
        now: Date
    ) {
        findings =
            [
                .rights(machine), .wireGuard(machine), .tun(machine), .tools(machine), .folder(folder, path: path),
            ] + Self.findings(of: server) + [
                .session(session, now: now), .tunnel(tunnel, now: now), .udp(tunnel, now: now),
            ]
    }

    var failures: Int { findings.count { $0.status == .failed } }
    var warnings: Int { findings.count { $0.status == .warning } }

    private static func findings(of server: ServerKnown) -> [Finding] {
        switch server {
        case .none:
            return [
                .unchecked("dns", "Server's name", "No server is known yet."),
                Finding(
                    id: "server",
                    name: "Server",
                    status: .warning,
                    sentence: "No server is known yet, so nothing was asked of one.",
                    remedy: "Name it: timus-connect doctor --server https://timus.example.com."
                ),
                .unchecked("clock", "Clock", "There is no server's clock to compare with."),
            ]
        case .wrong(let error):
            return [
                .unchecked("dns", "Server's name", "The server's address cannot be used."),
                .failed("server", "Server", error),
                .unchecked("clock", "Clock", "There is no server's clock to compare with."),
            ]
        case .yes(let server):
            let name = Finding.serverName(server.lookup, host: server.address.host)
            guard let probe = server.probe else {
                return [
                    name, .unchecked("server", "Server", "It cannot be asked before its name is found."),
                    .unchecked("clock", "Clock", "There is no server's clock to compare with."),
                ]
            }
            return [name, .server(probe, at: server.address), .clock(probe)]
        }
    }
}

extension Examination.Server {
    static func asked(_ address: ServerAddress) async throws -> Examination.Server {
        let lookup = await HostLookup.of(address.host)
        guard case .found = lookup else { return .init(address: address, lookup: lookup, probe: nil) }
        let probe = try await TimusServer.with(address) { await ServerProbe.of($0) }
        return .init(address: address, lookup: lookup, probe: probe)
    }
}

extension ServerAddress {
    /// Without the brackets of an IPv6 address.
    var host: String {
        (URLComponents(string: origin)?.host ?? "").trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    }
}
