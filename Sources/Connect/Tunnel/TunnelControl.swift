import ConnectAPI
import Foundation

/// The tunnel of this machine, as the commands and the window see it and turn it on and off.
enum TunnelControl {
    /// Seconds in which a keeper that was told to end takes its tunnel down.
    private static let patience = 20.0
    /// Seconds in which it tells the server that its connection is closed.
    private static let lastPatience = 6.0
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
        if there.isKept, there.phase != .cut, let network = there.network, name == nil || network.isSameName(as: name) {
            // So does one whose gateways are silent.
            if there.isSilent, let keeper = KeeperLock.holder(in: folder) { kill(keeper, SIGUSR1) }
            return try await connected(to: network, in: folder, within: seconds)
        }
        do {
            let wanted = name ?? (there.isKept ? there.network : nil)
            let network = try await begin(wanted, in: folder, mayAsk: mayAsk, environment)
            do {
                return try await connected(to: network, in: folder, within: seconds)
            } catch let error as CancellationError {
                // Whoever began it does not want it any more. It is taken down to the end, however impatient they are.
                _ = try? await Task { try await disconnect(in: folder) }.value
                throw error
            }
        } catch {
            if there.isUp, state(in: folder).connection != there.connection, let network = there.network {
                Terminal.note("note: The tunnel to \(network) was taken down for it")
            }
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

    /// Waits for the first handshake, or for what is in its way.
    ///
    /// - Parameter seconds: nil not to wait.
    private static func connected(
        to network: String,
        in folder: StateFolder,
        within seconds: Int?
    ) async throws -> TunnelState {
        guard let seconds else { return state(in: folder) }
        let limit = BootTime.now + Double(seconds)
        while true {
            let state = state(in: folder)
            if state.isKept, let other = state.network, other != network {
                throw ConnectError.tunnelFailed("another timus-connect connected to \(other)")
            }
            switch state.phase {
            case .connected: return state
            case .cut: throw ConnectError.tunnelFailed(state.because ?? "it was taken down")
            case .off:
                try await concluded(in: folder)
                throw ConnectError.tunnelFailed(state.because ?? "it was taken down")
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

    /// Waits while the keeper, which has said its last word here, tells the server.
    private static func concluded(in folder: StateFolder) async throws {
        let limit = BootTime.now + lastPatience
        while KeeperLock.isHeld(in: folder), BootTime.now < limit { try await Task.sleep(for: pause) }
    }
}
