import ConnectAPI
import Foundation

/// The tunnel of this machine, as the commands and the window see it and turn it on and off.
enum TunnelControl {
    /// Seconds in which a keeper that was told to end takes its tunnel down.
    private static let patience = 20.0
    private static let pause = Duration.milliseconds(50)

    /// What the keeper wrote last; off where no keeper is at work. A file that cannot be read is none.
    static func state(in folder: StateFolder) -> TunnelState {
        guard let state = written(in: folder) else { return .off() }
        guard state.isKept, !KeeperLock.isHeld(in: folder) else { return state }
        // Once more: the keeper writes its last word before it lets go of the lock.
        guard let last = written(in: folder), last.isKept else { return written(in: folder) ?? .off() }
        return .off(since: last.since, because: "What kept the tunnel was ended.", network: last.network)
    }

    /// Brings the tunnel to a network up, in place of another one. Where there is one to the same network already, that is it.
    ///
    /// - Parameters:
    ///   - name: nil for that of the tunnel there is, else for the network chosen at sign-in, else for the only one.
    ///   - seconds: How long to wait for a gateway's first answer; nil not to.
    ///   - mayAsk: Whether `sudo` may ask for a password at the terminal.
    /// - Throws: ``ConnectError/noRights(because:)`` where it is not root's and cannot be; what the server says;
    ///   ``ConnectError/noGatewayAnswers(network:gateway:seconds:)``, and then it is tried further.
    @discardableResult
    static func connect(
        _ name: String?,
        in folder: StateFolder,
        waiting seconds: Int? = 15,
        mayAsk: Bool,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> TunnelState {
        let there = state(in: folder)
        // One that was cut asks for another connection only from time to time.
        let isThere =
            there.isKept && there.phase != .cut && (name == nil || there.network?.isSameName(as: name) == true)
        if !isThere {
            try await begin(name ?? (there.isKept ? there.network : nil), in: folder, mayAsk: mayAsk, environment)
        }
        guard let seconds else { return state(in: folder) }
        do {
            return try await connected(in: folder, within: seconds)
        } catch let error as CancellationError {
            // Whoever began it does not want it any more.
            if !isThere { try? await end(in: folder) }
            throw error
        }
    }

    /// Takes the tunnel down, and closes its connection on the server. On this machine it is down also where the server cannot be
    /// told; the error then says so.
    ///
    /// - Returns: What there was; nil where there was no tunnel.
    @discardableResult
    static func disconnect(in folder: StateFolder) async throws -> TunnelState? {
        let there = state(in: folder)
        try await end(in: folder)
        // What was said of a tunnel of before has been seen.
        if there.phase != .off {
            try folder.write(TunnelState.off(since: Date(), network: there.network), to: TunnelState.file)
        }
        guard there.isKept else { return nil }
        guard let id = there.connection else { return there }
        try await ConnectClient.signedIn(in: folder) { client, session in
            try await client.server.close(connection: id, token: session.tokens.access)
        }
        return there
    }

    /// Takes the tunnel down on this machine; the server is not told.
    static func end(in folder: StateFolder) async throws {
        let limit = BootTime.now + patience
        while KeeperLock.isHeld(in: folder) {
            // A keeper that was just started has no name yet.
            if let keeper = KeeperLock.holder(in: folder) { kill(keeper, SIGTERM) }
            guard BootTime.now < limit else {
                throw ConnectError.tunnelFailed("what keeps the one there is does not end")
            }
            try await Task.sleep(for: pause)
        }
    }

    private static func written(in folder: StateFolder) -> TunnelState? {
        try? folder.read(TunnelState.self, from: TunnelState.file)
    }

    private static func begin(
        _ name: String?,
        in folder: StateFolder,
        mayAsk: Bool,
        _ environment: [String: String]
    ) async throws {
        try await ConnectClient.signedIn(in: folder) { client, session in
            // In this order: nothing is taken down for a network that is not there, or for a password that is not known.
            let network = try await client.network(name, for: session)
            let helper = try await HelperStart.ready(mayAsk: mayAsk, environment: environment)
            // The keeper has its own by then.
            defer { helper.letGo() }
            let connection = try await client.open(network, for: session).connection
            let former = state(in: folder)
            try await end(in: folder)
            guard let lock = try KeeperLock.taken(in: folder) else {
                throw ConnectError.tunnelFailed("another timus-connect is making one")
            }
            defer { lock.letGo() }
            try folder.write(TunnelState.connecting(connection), to: TunnelState.file)
            try start(connection, helper: helper, lock: lock, environment)
            if former.isKept, let id = former.connection, id != connection.id {
                try await client.server.close(connection: id, token: session.tokens.access)
            }
        }
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

    /// Waits for the first handshake, or for what is in its way.
    private static func connected(in folder: StateFolder, within seconds: Int) async throws -> TunnelState {
        let limit = BootTime.now + Double(seconds)
        while true {
            let state = state(in: folder)
            switch state.phase {
            case .connected: return state
            case .off, .cut: throw ConnectError.tunnelFailed(state.because ?? "it was taken down")
            case .signedOut: throw ConnectError.accessEnded(because: state.because)
            case .connecting, .reconnecting, .unreachable: break
            }
            guard BootTime.now < limit else {
                throw ConnectError.noGatewayAnswers(
                    network: state.network ?? "",
                    gateway: state.gateway ?? "",
                    seconds: seconds
                )
            }
            try await Task.sleep(for: pause)
        }
    }
}
