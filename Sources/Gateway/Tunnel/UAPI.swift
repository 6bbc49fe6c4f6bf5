import Foundation

/// The text of WireGuard's cross-platform interface (https://www.wireguard.com/xplatform/): lines of `key=value`, and an empty
/// one at the end.
enum UAPI {
    static let get = "get=1\n\n"

    static func configure(key: PrivateKey?, listenPort: Int?) -> String {
        var text = "set=1\n"
        if let key { text += "private_key=\(key.hex)\n" }
        if let listenPort { text += "listen_port=\(listenPort)\n" }
        return text + "\n"
    }

    static func cut(_ keys: some Sequence<PublicKey>) -> String {
        keys.reduce(into: "set=1\n") { $0 += "public_key=\($1.hex)\nremove=true\n" } + "\n"
    }

    static func letIn(_ entries: some Sequence<PeerChange.Entry>) -> String {
        entries.reduce(into: "set=1\n") { text, entry in
            text += "public_key=\(entry.key.hex)\nreplace_allowed_ips=true\nallowed_ip=\(entry.address)/32\n"
        } + "\n"
    }

    /// What `get` was answered.
    ///
    /// - Throws: Where the answer ends with another `errno` than 0.
    static func state(_ answer: String) throws(GatewayError) -> DeviceState {
        var state = DeviceState()
        var key: PublicKey?
        var peer = DevicePeer()
        var handshake: (seconds: Double, rest: Double) = (0, 0)
        func close() {
            guard let key else { return }
            let time = handshake.seconds + handshake.rest / 1e9
            peer.lastHandshakeAt = time > 0 ? Date(timeIntervalSince1970: time) : nil
            state.peers[key] = peer
        }
        for line in answer.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let value = line[line.index(after: equals)...]
            switch line[..<equals] {
            case "private_key":
                state.privateKey = Data(hex: value).flatMap { PrivateKey(base64: $0.base64EncodedString()) }
            case "listen_port": state.listenPort = Int(value) ?? 0
            case "public_key":
                close()
                (key, peer, handshake) = (PublicKey(hex: value), DevicePeer(), (0, 0))
            case "allowed_ip": peer.allowedIPs.append(String(value))
            case "last_handshake_time_sec": handshake.seconds = Double(value) ?? 0
            case "last_handshake_time_nsec": handshake.rest = Double(value) ?? 0
            case "rx_bytes": peer.receivedBytes = Int64(value) ?? 0
            case "tx_bytes": peer.sentBytes = Int64(value) ?? 0
            default: break
            }
        }
        close()
        try check(answer)
        return state
    }

    static func check(_ answer: String) throws(GatewayError) {
        guard let line = answer.split(separator: "\n").last, line.hasPrefix("errno=") else {
            throw .wireGuard("its answer broke off")
        }
        guard line == "errno=0" else {
            let number = Int32(line.dropFirst("errno=".count)).map(abs)
            throw .wireGuard(number.map { String(cString: strerror($0)) } ?? String(line.prefix(40)))
        }
    }
}
