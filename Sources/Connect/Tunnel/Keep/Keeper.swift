import ConnectAPI
import Foundation

/// Keeps one tunnel: follows the server, which may take the connection away, and the gateway, which may fall silent. It runs as the
/// user, and changes the machine through its ``Helper`` only.
actor Keeper {
    let folder: StateFolder
    let session: SavedSession
    let helper: Helper
    var connection: OpenConnection
    var state: TunnelState
    /// Of the connection's gateways, the one in use: 0 is its peer.
    var gateway = 0
    var silence: Silence
    var disturbance = Disturbance(slept: BootTime.slept)
    /// What WireGuard counted before it was handed a gateway the last time, in bytes.
    var counted: (received: Int64, sent: Int64) = (0, 0)
    var sample: HoldAnswer.State?
    /// What a name had for an address when it was asked for last, for when the name servers are away.
    var known: [String: [String]] = [:]
    /// Yields when every gateway was asked and none answered.
    let rests: AsyncStream<Void>
    let rest: AsyncStream<Void>.Continuation
    /// From then on nothing is made any more.
    private(set) var isEnding = false
    private var writtenAt = 0.0

    /// Why a keeper ends.
    enum End: Equatable, Sendable {
        /// By `disconnect`, `sign-out`, or who ends the machine's programs.
        case told
        /// On the server.
        case closedByUser
        case signedOut(because: String?)
        /// Somebody else has signed in.
        case otherUser
        case helperGone
        case failed(String)
    }

    init(_ connection: OpenConnection, for session: SavedSession, in folder: StateFolder, helper: Helper) {
        self.connection = connection
        self.session = session
        self.folder = folder
        self.helper = helper
        silence = Silence(gateways: connection.peers.count, at: BootTime.now)
        state = .connecting(connection)
        (rests, rest) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The keeper's whole life.
    ///
    /// - Parameters:
    ///   - told: Yields when it shall end.
    ///   - called: Yields when somebody waits for the tunnel to come back.
    func run(until told: AsyncStream<Void>, called: AsyncStream<Void>) async {
        let end = await live(until: told, called: called)
        conclude(end)
        switch end {
        case .failed, .helperGone: await close()
        case .told, .closedByUser, .signedOut, .otherUser: break
        }
    }

    private func live(until told: AsyncStream<Void>, called: AsyncStream<Void>) async -> End {
        await withTaskGroup(of: End?.self) { group in
            group.addTask {
                for await _ in told { return .told }
                return nil
            }
            group.addTask {
                for await _ in called { try? await self.renewPeers(isWaitedFor: true) }
                return nil
            }
            group.addTask {
                for await _ in self.rests { try? await self.renewPeers() }
                return nil
            }
            group.addTask { await self.keep() }
            var end = End.told
            for await case let first? in group {
                end = first
                break
            }
            group.cancelAll()
            // Before what still waits for the server has noticed.
            await clear()
            return end
        }
    }

    private func keep() async -> End? {
        do {
            try await begin()
        } catch let refusal as HoldRefusal {
            return .failed(refusal.sentence)
        } catch let error as ConnectError {
            return .failed(error.errorDescription ?? "")
        } catch { return .helperGone }
        return await withTaskGroup(of: End?.self) { group in
            group.addTask { await self.follow() }
            group.addTask { await self.tend() }
            for await case let end? in group {
                group.cancelAll()
                return end
            }
            return nil
        }
    }

    /// Whatever happened: without a keeper there is no tunnel.
    private func clear() async {
        isEnding = true
        _ = try? await helper.ask(.clear)
    }

    /// Makes the tunnel for ``connection``.
    func begin() async throws {
        silence = Silence(gateways: connection.peers.count, at: BootTime.now)
        (counted, sample) = ((0, 0), nil)
        state = .connecting(connection)
        write()
        guard let key = try folder.read(SavedDevice.self, from: SavedDevice.file), key.user == session.user,
            key.server == session.server
        else { throw HoldRefusal("The key of this device is not there") }
        let peer = try await firstPeer()
        try await make(HoldRequest.Tunnel(address: connection.address, privateKey: key.privateKey, peer: peer))
        write()
    }

    func make(_ tunnel: HoldRequest.Tunnel) async throws {
        guard !isEnding else { throw CancellationError() }
        state.interface = try await helper.ask(.set(tunnel)).interface
    }

    /// The first gateway whose name has an address here.
    private func firstPeer() async throws -> HoldRequest.Peer {
        for number in connection.peers.indices.dropLast() {
            gateway = number
            if let peer = try? await peer() { return peer }
        }
        gateway = connection.peers.count - 1
        return try await peer()
    }

    /// The gateway in use, with its name turned into an address: the helper asks no name server.
    func peer() async throws -> HoldRequest.Peer {
        let peer = connection.peers[gateway]
        let configuration = try WireGuardConfiguration(connection, through: peer)
        let endpoint = configuration.endpoint
        state.gateway = peer.endpoint
        let addresses = await addresses(of: endpoint.host)
        guard let address = addresses.first(where: { !$0.contains(":") }) ?? addresses.first,
            let numeric = endpoint.at(address)
        else { throw HoldRefusal("The gateway's name \(endpoint.host) has no address here") }
        state.endpoint = IPv4Address(numeric.host)
        let outside = await self.addresses(of: session.server.host).filter { IPv4Address($0) != nil }
        return HoldRequest.Peer(
            peer: configuration.peerKey.base64,
            endpoint: numeric.description,
            allowedIPs: configuration.allowedIPs.map(\.description),
            outside: Array(outside.prefix(8))
        )
    }

    private func addresses(of host: String) async -> [String] {
        if case .found(let addresses) = await HostLookup.of(host) { known[host] = addresses }
        return known[host] ?? []
    }

    private func conclude(_ end: End) {
        let because: String? =
            switch end {
            case .told: nil
            case .closedByUser: state.because
            case .signedOut(let why): why ?? state.because
            case .otherUser: "Somebody else has signed in."
            case .helperGone: "What held the interface was ended."
            case .failed(let why): why
            }
        let network = connection.network
        if case .signedOut = end {
            state = TunnelState(phase: .signedOut, network: network, since: Date(), because: because)
        } else {
            state = .off(since: Date(), because: because, network: network)
        }
        write()
    }

    func turn(_ phase: TunnelState.Phase, because: String? = nil) {
        guard state.phase != phase || state.because != because else { return }
        if state.phase != phase { state.since = Date() }
        state.phase = phase
        state.because = because
        write()
    }

    /// - Parameter pause: Seconds that have to be over since it was written last.
    func write(pause: Double = 0) {
        guard BootTime.now - writtenAt >= pause else { return }
        writtenAt = BootTime.now
        // A full disk must not end the tunnel.
        try? folder.write(state, to: TunnelState.file, isLasting: false)
    }
}

extension TunnelState {
    static func connecting(_ connection: OpenConnection) -> TunnelState {
        TunnelState(
            phase: .connecting,
            network: connection.network,
            connection: connection.id,
            address: connection.address.split(separator: "/").first.map(String.init),
            gateway: connection.peer.endpoint,
            since: Date()
        )
    }
}
