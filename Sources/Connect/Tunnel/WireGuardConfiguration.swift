import ConnectAPI
import Foundation

/// A device's end of a tunnel, in the text that `wg-quick` reads.
///
/// It is made only from values that were taken apart and found to be what they should: nothing that a server sends can add a line, a
/// command (`PostUp`) or a route that swallows other traffic.
struct WireGuardConfiguration: Equatable, Sendable {
    let network: String
    let address: AddressBlock
    let peerKey: WireGuardKey.PublicKey
    let endpoint: Endpoint
    let allowedIPs: [AddressBlock]

    /// Where devices have their addresses: the shared address space (RFC 6598).
    private static let tunnelAddresses = AddressBlock("100.64.0.0/10")

    /// Never routed into a tunnel: this network (RFC 1122), loopback, link-local, multicast and above (RFC 6890).
    private static let neverRouted = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16"].compactMap { AddressBlock($0) }
    private static let firstMulticast: UInt32 = 224 << 24

    /// More than a site of ours has; a list without end would fill the routing table.
    private static let mostAllowedIPs = 64
    /// A site has one range, of /8 at the widest: many of them would be most of the internet.
    private static let mostAddresses: UInt64 = 1 << 24

    init(_ connection: OpenConnection) throws(ConnectError) {
        try self.init(connection, through: connection.peer)
    }

    /// - Parameter peer: One of the connection's gateways.
    init(_ connection: OpenConnection, through peer: OpenConnection.Peer) throws(ConnectError) {
        try self.init(
            network: connection.network,
            address: connection.address,
            publicKey: peer.publicKey,
            endpoint: peer.endpoint,
            allowedIPs: peer.allowedIPs
        )
    }

    init(
        network: String,
        address: String,
        publicKey: String,
        endpoint: String,
        allowedIPs texts: [String]
    ) throws(ConnectError) {
        let typed = (address: address, endpoint: endpoint)
        guard let address = AddressBlock(typed.address), address.prefix == 32,
            Self.tunnelAddresses?.contains(address) == true
        else { throw .unsafeAnswer("\(typed.address.quoted) is not an address for a device") }
        guard let peerKey = WireGuardKey.PublicKey(base64: publicKey) else {
            throw .unsafeAnswer("\(publicKey.quoted) is not a WireGuard key")
        }
        guard let endpoint = Endpoint(typed.endpoint) else {
            throw .unsafeAnswer("\(typed.endpoint.quoted) is not an endpoint")
        }
        guard (1...Self.mostAllowedIPs).contains(texts.count) else {
            throw .unsafeAnswer("it lists \(texts.count) allowed IPs")
        }
        var allowedIPs: [AddressBlock] = []
        for text in texts {
            guard let block = AddressBlock(text), !Self.neverRouted.contains(where: block.overlaps),
                block.last < Self.firstMulticast
            else { throw .unsafeAnswer("\(text.quoted) is not a network that a tunnel may lead to") }
            allowedIPs.append(block)
        }
        let addresses = allowedIPs.reduce(0) { $0 + $1.count }
        guard addresses <= Self.mostAddresses else {
            throw .unsafeAnswer("it leads \(addresses) addresses into the tunnel")
        }
        self.network = network.filter { !$0.isNewline && !$0.unicodeScalars.contains { $0.value < 32 } }
        self.address = address
        self.peerKey = peerKey
        self.endpoint = endpoint
        self.allowedIPs = allowedIPs
    }

    /// The file's text, with the private key in it.
    func text(privateKey: WireGuardKey) -> String {
        """
        # Timus Connect: \(network)
        [Interface]
        PrivateKey = \(privateKey.base64)
        Address = \(address)

        [Peer]
        PublicKey = \(peerKey.base64)
        Endpoint = \(endpoint)
        AllowedIPs = \(allowedIPs.map(\.description).joined(separator: ", "))
        PersistentKeepalive = 25

        """
    }
}

extension String {
    /// At most 60 characters in quotation marks, without any that would reach the terminal as a command.
    fileprivate var quoted: String {
        let shown = String(prefix(60)).unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }
        return "\"" + shown.joined() + "\""
    }
}
