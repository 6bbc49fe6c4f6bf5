import Foundation

/// The kernel's interface, by `wg`: one process for many peers.
struct KernelDevice: WireGuardDevice {
    let interface: String
    let implementation = "kernel"

    /// Arguments of one process: Linux takes 2 MB of them.
    private static let most = 1_000

    func state() async throws(GatewayError) -> DeviceState {
        Self.state(try await Tool.wg.run(["show", interface, "dump"]))
    }

    func configure(
        key: PrivateKey,
        keyFile: String,
        listenPort: Int,
        from state: DeviceState
    ) async throws(GatewayError) {
        var arguments: [String] = []
        if state.privateKey != key { arguments += ["private-key", keyFile] }
        if state.listenPort != listenPort { arguments += ["listen-port", "\(listenPort)"] }
        guard !arguments.isEmpty else { return }
        try await Tool.wg.run(["set", interface] + arguments)
    }

    func cut(_ keys: [PublicKey]) async throws(GatewayError) {
        for piece in keys.pieces(of: Self.most) {
            try await Tool.wg.run(["set", interface] + piece.flatMap { ["peer", $0.base64, "remove"] })
        }
    }

    func letIn(_ entries: [PeerChange.Entry]) async throws(GatewayError) {
        for piece in entries.pieces(of: Self.most) {
            try await Tool.wg.run(
                ["set", interface] + piece.flatMap { ["peer", $0.key.base64, "allowed-ips", "\($0.address)/32"] }
            )
        }
    }

    /// `wg show dump`: first the interface, then a peer a line, with tabs between the fields (wg(8)).
    static func state(_ dump: String) -> DeviceState {
        var state = DeviceState()
        for (number, line) in dump.split(separator: "\n").enumerated() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            if number == 0 {
                state.privateKey = fields.first.flatMap { PrivateKey(base64: $0) }
                state.listenPort = fields.count > 2 ? Int(fields[2]) ?? 0 : 0
            } else if fields.count >= 7, let key = PublicKey(base64: fields[0]) {
                let time = Double(fields[4]) ?? 0
                state.peers[key] = DevicePeer(
                    allowedIPs: fields[3] == "(none)" ? [] : fields[3].split(separator: ",").map(String.init),
                    lastHandshakeAt: time > 0 ? Date(timeIntervalSince1970: time) : nil,
                    receivedBytes: Int64(fields[5]) ?? 0,
                    sentBytes: Int64(fields[6]) ?? 0
                )
            }
        }
        return state
    }
}
