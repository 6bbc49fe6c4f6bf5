import ConnectAPI
import Foundation

extension TunnelControl {
    /// - Returns: The network's name.
    static func begin(
        _ name: String?,
        in folder: StateFolder,
        mayAsk: Bool,
        _ environment: [String: String]
    ) async throws -> String {
        try await ConnectClient.signedIn(in: folder) { client, session in
            // In this order: nothing is taken down for a network that is not there, or for a password that is not known.
            let network = try await client.network(name, for: session)
            let helper = try await HelperStart.ready(mayAsk: mayAsk, environment: environment)
            // The keeper has its own by then.
            defer { helper.letGo() }
            try Task.checkCancellation()
            // To its end from here on: what is open on the server has a keeper, or is closed.
            return try await Task { try await put(network, client, session, helper, environment) }.value
        }
    }

    /// Opens the connection, and starts what keeps it in place of what kept the one before.
    private static func put(
        _ network: Network,
        _ client: ConnectClient,
        _ session: SavedSession,
        _ helper: HelperStart,
        _ environment: [String: String]
    ) async throws -> String {
        let (server, folder) = (client.server, client.folder)
        let request = ConnectionRequest(device: session.device, site: network.id)
        let connection = try await server.open(request, token: session.tokens.access)
        var former = TunnelState.off()
        var hasEnded = false
        do {
            try await find(connection)
            former = state(in: folder)
            try await end(in: folder)
            hasEnded = true
            guard let lock = try KeeperLock.taken(in: folder) else {
                throw ConnectError.tunnelFailed("another timus-connect is making one")
            }
            defer { lock.letGo() }
            try folder.write(TunnelState.connecting(connection), to: TunnelState.file)
            try start(connection, helper: helper, lock: lock, environment)
        } catch {
            // Unless it is that of the tunnel that stays.
            if !KeeperLock.isHeld(in: folder) || state(in: folder).connection != connection.id {
                try? await server.close(connection: connection.id, token: session.tokens.access)
            }
            // The one before has no tunnel any more either.
            if hasEnded, former.isKept, let id = former.connection, id != connection.id, !KeeperLock.isHeld(in: folder)
            {
                try? await server.close(connection: id, token: session.tokens.access)
            }
            throw error
        }
        if former.isKept, let id = former.connection, id != connection.id {
            do throws(ConnectError) {
                try await server.close(connection: id, token: session.tokens.access)
            } catch {
                let why = error.errorDescription ?? "it failed"
                Terminal.note("note: The server could not be told that the connection before is closed: \(why)")
            }
        }
        return connection.network
    }

    /// - Throws: Where no gateway's name has an address here.
    private static func find(_ connection: OpenConnection) async throws(ConnectError) {
        let first = try WireGuardConfiguration(connection).endpoint
        let others = connection.alternatives.compactMap {
            try? WireGuardConfiguration(connection, through: $0).endpoint
        }
        for endpoint in [first] + others {
            if case .found = await HostLookup.of(endpoint.host) { return }
        }
        throw .tunnelFailed("the gateway's name \(first.host) has no address here")
    }

    private static func start(
        _ connection: OpenConnection,
        helper: HelperStart,
        lock: KeeperLock,
        _ environment: [String: String]
    ) throws(ConnectError) {
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nothing) }
        guard let message = SpawnPipe(), let data = try? ConnectJSON.data(connection) else {
            throw .tunnelFailed("too many files are open")
        }
        defer { close(message.reading) }
        let spawn = Spawn(
            path: Spawn.ourselves,
            words: ["timus-connect", "keep"],
            environment: environment,
            descriptors: [helper.answers, helper.requests, nothing, message.reading, lock.descriptor],
            hasOwnSession: true
        )
        guard let keeper = spawn.start() else {
            let reason = String(cString: strerror(errno))
            close(message.writing)
            throw .tunnelFailed("what keeps it could not be started: \(reason)")
        }
        lock.name(keeper)
        // At its end nobody else would notice, where we are a window that stays.
        Thread.detachNewThread {
            try? FileHandle(fileDescriptor: message.writing, closeOnDealloc: true).write(contentsOf: data)
            var status: Int32 = 0
            while waitpid(keeper, &status, 0) < 0 && errno == EINTR {}
        }
    }
}
