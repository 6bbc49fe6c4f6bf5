import GatewayAPI

/// What holds for every peer of the site, checked: nothing that a server sends opens more than a site can have.
struct SiteTerms: Hashable, Sendable {
    /// Seconds.
    let lease: Int
    /// Ordered, none within another.
    let networks: [AddressBlock]
    let tunnelRange: AddressBlock

    /// Why a state's terms grant nothing.
    struct Refusal: Error, Equatable {
        let because: String
    }

    /// The shared address space (RFC 6598), from which peers have their addresses.
    private static let tunnelAddresses = AddressBlock("100.64.0.0/10")
    /// This network (RFC 1122), loopback, link-local (RFC 6890).
    private static let neverReached = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16"].compactMap { AddressBlock($0) }
    private static let firstMulticast: UInt32 = 224 << 24
    /// More than a site of ours has.
    static let mostNetworks = 256

    /// - Parameter refused: Told each network that is left out.
    init(
        lease: Int,
        networks: [String],
        tunnelRange: String,
        refused: (String) -> Void
    ) throws(Refusal) {
        guard (60...86_400).contains(lease) else { throw Refusal(because: "a lease of \(lease) seconds") }
        guard let range = AddressBlock(tunnelRange), Self.tunnelAddresses?.contains(range) == true, range.prefix <= 30
        else { throw Refusal(because: "the tunnel range \(tunnelRange.quoted)") }
        guard networks.count <= Self.mostNetworks else { throw Refusal(because: "\(networks.count) networks") }
        self.lease = lease
        self.tunnelRange = range
        self.networks = Self.disjoint(
            networks.compactMap { text in
                if let network = AddressBlock(text), Self.canBeReached(network), !network.overlaps(range) {
                    return network
                }
                refused("the network \(text.quoted)")
                return nil
            }
        )
    }

    /// The gateway's own address in the tunnel.
    var ownAddress: Address { Address(number: tunnelRange.first.number + 1) }

    /// nil unless the text is an address that a peer can have: neither the range's first two nor its last.
    func peerAddress(_ text: String) -> Address? {
        guard let address = Address(text), tunnelRange.contains(address), address != tunnelRange.first,
            address != ownAddress, address != tunnelRange.last
        else { return nil }
        return address
    }

    private static func canBeReached(_ network: AddressBlock) -> Bool {
        network.last.number < firstMulticast && !neverReached.contains(where: network.overlaps)
    }

    /// nftables refuses a set with a range that lies within another. Two blocks overlap only so.
    private static func disjoint(_ networks: [AddressBlock]) -> [AddressBlock] {
        let ordered = networks.sorted { ($0.first.number, $0.prefix) < ($1.first.number, $1.prefix) }
        return ordered.reduce(into: []) { kept, network in
            if kept.last?.contains(network) != true { kept.append(network) }
        }
    }
}

extension String {
    /// At most 60 characters in quotation marks.
    var quoted: String { "\"" + Terminal.harmless(String(prefix(60))).replacing("\n", with: "?") + "\"" }
}
