import Dispatch
import Foundation

/// The interface of a `wireguard-go`, by the socket that it holds. A change of one peer takes 0.1 to 0.3 ms.
struct UserspaceDevice: WireGuardDevice {
    let interface: String
    let implementation = "wireguard-go"

    private static let queue = DispatchQueue(label: "timus-gateway.wireguard")
    /// Seconds.
    private static let patience = 2

    var socketPath: String { "/var/run/wireguard/\(interface).sock" }

    func state() async throws(GatewayError) -> DeviceState {
        try UAPI.state(await answer(to: UAPI.get))
    }

    func configure(
        key: PrivateKey,
        keyFile: String,
        listenPort: Int,
        from state: DeviceState
    ) async throws(GatewayError) {
        // The same port once more would close the socket and open it again.
        let newKey = state.privateKey == key ? nil : key
        let newPort = state.listenPort == listenPort ? nil : listenPort
        guard newKey != nil || newPort != nil else { return }
        try UAPI.check(await answer(to: UAPI.configure(key: newKey, listenPort: newPort)))
    }

    func cut(_ keys: [PublicKey]) async throws(GatewayError) {
        for piece in keys.pieces(of: 1_000) { try UAPI.check(await answer(to: UAPI.cut(piece))) }
    }

    func letIn(_ entries: [PeerChange.Entry]) async throws(GatewayError) {
        for piece in entries.pieces(of: 1_000) { try UAPI.check(await answer(to: UAPI.letIn(piece))) }
    }

    /// Whether a `wireguard-go` answers there.
    func isAnswering() async -> Bool {
        (try? await answer(to: UAPI.get)) != nil
    }

    private func answer(to request: String) async throws(GatewayError) -> String {
        let path = socketPath
        let result: Result<String, GatewayError> = await withCheckedContinuation { continuation in
            Self.queue.async {
                continuation.resume(
                    returning: Result { () throws(GatewayError) in
                        try Self.exchange(request, at: path)
                    }
                )
            }
        }
        return try result.get()
    }

    private static func exchange(_ request: String, at path: String) throws(GatewayError) -> String {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .wireGuard(reason()) }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        try connect(descriptor, to: path)
        try send(Array(request.utf8), to: descriptor)
        return try receive(from: descriptor)
    }

    private static func connect(_ descriptor: Int32, to path: String) throws(GatewayError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Foundation.connect(descriptor, $0, size) }
        }
        guard status == 0 else { throw .wireGuard("\(path): \(reason())") }
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) throws(GatewayError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .wireGuard(reason()) }
            rest = rest.dropFirst(count)
        }
    }

    /// Up to the empty line.
    private static func receive(from descriptor: Int32) throws(GatewayError) -> String {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while !answer.suffix(2).elementsEqual([10, 10]) {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .wireGuard(count == 0 ? "its answer broke off" : reason()) }
            answer += buffer[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
