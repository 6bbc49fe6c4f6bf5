import ConnectAPI
import Foundation

extension Keeper {
    /// Seconds between two looks at the tunnel.
    private static let pause = 3.0
    /// While a gateway's answer is waited for.
    private static let shortPause = 0.25
    /// Seconds between two writes where only the counts have changed.
    private static let writePause = 5.0

    /// Looks after the tunnel: notes what WireGuard counts, and moves to another gateway where the one in use is silent.
    ///
    /// - Returns: nil where it was cancelled.
    func tend() async -> End? {
        while !Task.isCancelled {
            do {
                try await look()
            } catch is Helper.Gone {
                return .helperGone
            } catch {}
            let pause = state.phase == .connecting || silence.standing == .asking ? Self.shortPause : Self.pause
            try? await Task.sleep(for: .seconds(pause))
        }
        return nil
    }

    private func look() async throws {
        // There is no tunnel to look after; only whether the helper is still there.
        guard state.phase != .cut else {
            do { _ = try await helper.askState() } catch is HoldRefusal {}
            return
        }
        let connection = connection.id
        do {
            sample = try await helper.askState()
        } catch is HoldRefusal { sample = nil }
        // The server may have taken it away meanwhile.
        guard state.phase != .cut, connection == self.connection.id else { return }
        let isDisturbed = disturbance.isThere(
            slept: BootTime.slept,
            routes: .now,
            to: state.endpoint,
            without: state.interface
        )
        let wasResting = silence.standing == .resting
        let step = silence.step(sample, at: BootTime.now, isDisturbed: isDisturbed)
        show()
        // Another one may have taken the place of one of them.
        if silence.standing == .resting, !wasResting { rest.yield() }
        switch step {
        case .nothing: return
        case .again: break
        case .nextGateway: gateway = (gateway + 1) % self.connection.peers.count
        }
        try await hand()
    }

    private func show() {
        if let sample {
            state.receivedBytes = counted.received + sample.receivedBytes
            state.sentBytes = counted.sent + sample.sentBytes
            if sample.lastHandshake > 0 {
                state.lastHandshakeAt = Date(timeIntervalSince1970: Double(sample.lastHandshake))
            }
        }
        switch silence.standing {
        case .heard: turn(.connected)
        case .asking where state.phase == .connected:
            turn(.reconnecting, because: "The gateway does not answer.")
        case .asking: break
        case .resting: turn(.unreachable, because: "No gateway of \(connection.network) answers.")
        }
        write(pause: Self.writePause)
    }

    /// Hands WireGuard the gateway in use. Where there is no tunnel any more, as when `wireguard-go` was ended, it is made anew.
    func hand() async throws {
        let asked = (connection, gateway)
        let peer = try await peer()
        guard !isEnding, state.phase != .cut, asked == (connection, gateway) else { return }
        counted = (state.receivedBytes, state.sentBytes)
        if sample != nil {
            _ = try await helper.ask(.peer(peer))
        } else if let key = try folder.read(SavedDevice.self, from: SavedDevice.file) {
            try await make(HoldRequest.Tunnel(address: connection.address, privateKey: key.privateKey, peer: peer))
        }
        write()
    }
}

extension Helper {
    func askState(isolation: isolated (any Actor)? = #isolation) async throws -> HoldAnswer.State? {
        try await ask(.state).state
    }
}
