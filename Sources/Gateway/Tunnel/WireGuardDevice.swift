import Foundation

/// An interface of WireGuard: the kernel's, or that of a `wireguard-go`.
///
/// Neither call touches a peer that is not named in it: one that is removed and comes back takes 15 seconds to be heard again.
protocol WireGuardDevice: Sendable {
    /// As a report names it.
    var implementation: String { get }

    func state() async throws(GatewayError) -> DeviceState

    /// Sets what differs from `state`.
    func configure(key: PrivateKey, keyFile: String, listenPort: Int, from state: DeviceState)
        async throws(GatewayError)

    /// Peers that are not there are no failure.
    func cut(_ keys: [PublicKey]) async throws(GatewayError)

    /// Each gets its address and loses any other.
    func letIn(_ entries: [PeerChange.Entry]) async throws(GatewayError)
}

/// What an interface says of itself.
struct DeviceState: Equatable, Sendable {
    var privateKey: PrivateKey?
    /// 0 where it has not been set.
    var listenPort = 0
    var peers: [PublicKey: DevicePeer] = [:]
}

struct DevicePeer: Equatable, Sendable {
    /// In CIDR form. One that we set has one, with /32.
    var allowedIPs: [String] = []
    /// nil where it never came.
    var lastHandshakeAt: Date?
    var receivedBytes: Int64 = 0
    var sentBytes: Int64 = 0

    /// nil where it is not as we set peers.
    var address: Address? {
        guard allowedIPs.count == 1, allowedIPs[0].hasSuffix("/32") else { return nil }
        return Address(allowedIPs[0].dropLast(3))
    }
}

extension Array {
    /// The elements in pieces of at most `most`.
    func pieces(of most: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: most).map { self[$0..<Swift.min($0 + most, count)] }
    }
}
