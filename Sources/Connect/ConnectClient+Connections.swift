import ConnectAPI
import Foundation

extension ConnectClient {
    /// Opens a connection from this machine to a network, and takes the server's answer apart.
    ///
    /// - Parameter name: nil for the network chosen at sign-in, or the only one there is.
    func open(
        _ name: String?,
        for session: SavedSession
    ) async throws(ConnectError) -> (connection: OpenConnection, configuration: WireGuardConfiguration) {
        try await open(try await network(name, for: session), for: session)
    }

    func open(
        _ network: Network,
        for session: SavedSession
    ) async throws(ConnectError) -> (connection: OpenConnection, configuration: WireGuardConfiguration) {
        let request = ConnectionRequest(device: session.device, site: network.id)
        let connection = try await server.open(request, token: session.tokens.access)
        return (connection, try WireGuardConfiguration(connection))
    }

    /// The open connections of this machine.
    func connections(of session: SavedSession) async throws(ConnectError) -> [ConnectStatus.Connection] {
        try await server.status(token: session.tokens.access).connections.filter { $0.device == session.device }
    }

    /// Closes this machine's connection to a network, or all of them where none is named.
    ///
    /// - Returns: what was closed; never empty.
    func disconnect(
        _ name: String?,
        for session: SavedSession
    ) async throws(ConnectError) -> [ConnectStatus.Connection] {
        let open = try await connections(of: session).filter { name == nil || $0.network.isSameName(as: name) }
        guard !open.isEmpty else { throw .notConnected(name) }
        for connection in open {
            try await server.close(connection: connection.id, token: session.tokens.access)
            try folder.remove(ConfigurationFile.name(for: connection.network))
        }
        return open
    }

    /// The network of that name among those that the user may reach.
    ///
    /// - Parameter name: nil for the network chosen at sign-in, or the only one there is.
    func network(_ name: String?, for session: SavedSession) async throws(ConnectError) -> Network {
        let list = try await server.networks(token: session.tokens.access)
        guard !list.networks.isEmpty else { throw .noNetworks(notice: list.notice) }
        let names = list.networks.map(\.name)
        if let name {
            guard let network = list.networks.first(where: { $0.name.isSameName(as: name) }) else {
                throw .noSuchNetwork(name, networks: names)
            }
            return network
        }
        if let network = list.networks.first(where: { $0.name == session.network }) { return network }
        guard list.networks.count == 1 else { throw .severalNetworks(names) }
        return list.networks[0]
    }
}

extension String {
    /// Names are typed by people: the case of letters makes no difference.
    func isSameName(as other: String?) -> Bool {
        other.map { caseInsensitiveCompare($0) == .orderedSame } ?? false
    }
}
