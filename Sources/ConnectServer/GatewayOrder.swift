import Directory
import Foundation
import Storage

/// In which order a device tries a site's gateways: those that were heard of lately first, and among these in an order of its own, so
/// that devices spread over gateways and each keeps to the same one.
struct GatewayOrder {
    /// Seconds after which a gateway that said nothing may be down. It says something each 30.
    static let lately: TimeInterval = 60

    let now: Date
    let device: Device.ID

    /// - Returns: the enrolled ones; no other has a key.
    func sorted(_ gateways: [Gateway]) -> [Gateway] {
        gateways.filter { $0.publicKey != nil }.map { gateway in
            let isHeard = gateway.lastSeenAt.map { now.timeIntervalSince($0) <= Self.lately } ?? false
            return (gateway: gateway, isSilent: isHeard ? 0 : 1, place: place(of: gateway))
        }.sorted { ($0.isSilent, $0.place) < ($1.isSilent, $1.place) }.map(\.gateway)
    }

    /// Rendezvous hashing: when a gateway goes, only its own devices move. FNV-1a with a last mixing step, since Swift's own
    /// hash is another one in each process.
    private func place(of gateway: Gateway) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(device.rawValue) \(gateway.id.rawValue)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return hash ^ (hash >> 33)
    }
}
