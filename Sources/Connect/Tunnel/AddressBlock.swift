/// IPv4 addresses in CIDR form, as they may stand in a configuration of ours (RFC 4632).
struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
    let network: UInt32
    let prefix: Int

    /// nil unless the text is `a.b.c.d/n` to the letter: decimal without leading zeros, `n` from 8 to 32, no address bit
    /// set after the prefix.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let prefix = Self.number(parts[1], upTo: 32), prefix >= 8 else { return nil }
        let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 4 else { return nil }
        var network: UInt32 = 0
        for part in numbers {
            guard let number = Self.number(part, upTo: 255) else { return nil }
            network = network << 8 | number
        }
        guard network & ~(UInt32.max << (32 - prefix)) == 0 else { return nil }
        self.network = network
        self.prefix = Int(prefix)
    }

    var last: UInt32 { network | ~(UInt32.max << (32 - UInt32(prefix))) }

    /// How many addresses.
    var count: UInt64 { 1 << UInt64(32 - prefix) }

    func overlaps(_ other: AddressBlock) -> Bool {
        network <= other.last && other.network <= last
    }

    func contains(_ other: AddressBlock) -> Bool {
        network <= other.network && other.last <= last
    }

    func contains(_ address: IPv4Address) -> Bool {
        (network...last).contains(address.number)
    }

    var description: String { "\(IPv4Address(number: network))/\(prefix)" }

    private static func number(_ text: Substring, upTo most: UInt32) -> UInt32? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            text == "0" || text.first != "0", let number = UInt32(text), number <= most
        else { return nil }
        return number
    }
}
