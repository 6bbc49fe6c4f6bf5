import Foundation

/// A tunnel that the root helper may make: every value was taken apart here, whoever asked for it.
struct HeldTunnel: Equatable, Sendable {
    let privateKey: WireGuardKey
    let configuration: WireGuardConfiguration
    /// What must be reached without the tunnel and lies within what leads into it.
    let outside: [IPv4Address]

    /// A server's name has a few addresses.
    private static let mostOutside = 16

    init(_ asked: HoldRequest.Tunnel) throws(HoldRefusal) {
        try self.init(address: asked.address, privateKey: asked.privateKey, peer: asked.peer)
    }

    /// The same with another gateway.
    func with(_ peer: HoldRequest.Peer) throws(HoldRefusal) -> HeldTunnel {
        try HeldTunnel(address: configuration.address.description, privateKey: privateKey, peer: peer)
    }

    private init(address: String, privateKey: WireGuardKey, peer: HoldRequest.Peer) throws(HoldRefusal) {
        do {
            configuration = try WireGuardConfiguration(
                network: "",
                address: address,
                publicKey: peer.peer,
                endpoint: peer.endpoint,
                allowedIPs: peer.allowedIPs
            )
        } catch { throw HoldRefusal(error.errorDescription ?? "It is not a tunnel") }
        guard configuration.endpoint.isNumeric else { throw HoldRefusal("The endpoint is not an address and a port") }
        guard peer.outside.count <= Self.mostOutside else { throw HoldRefusal("It lists too many addresses outside") }
        var outside: [IPv4Address] = []
        for text in peer.outside + [configuration.endpoint.host] where !text.contains(":") {
            guard let address = IPv4Address(text) else { throw HoldRefusal("An address outside is none") }
            guard configuration.allowedIPs.contains(where: { $0.contains(address) }), !outside.contains(address)
            else { continue }
            // The gateway within would be asked through itself.
            outside.append(address)
        }
        self.privateKey = privateKey
        self.outside = outside
    }

    /// What `wg setconf` reads.
    var settings: String {
        """
        [Interface]
        PrivateKey = \(privateKey.base64)

        [Peer]
        PublicKey = \(configuration.peerKey.base64)
        Endpoint = \(configuration.endpoint)
        AllowedIPs = \(configuration.allowedIPs.map(\.description).joined(separator: ", "))
        PersistentKeepalive = 25

        """
    }
}
