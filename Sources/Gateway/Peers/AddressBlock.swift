/// One IPv4 address.
struct Address: Hashable, Sendable, CustomStringConvertible {
    /// In host order.
    let number: UInt32

    init(number: UInt32) {
        self.number = number
    }

    /// nil unless the text is four decimal numbers without leading zeros, which some programs read as octal.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard let byte = UInt32(decimal: part, upTo: 255) else { return nil }
            number = number << 8 | byte
        }
        self.number = number
    }

    var description: String {
        [24, 16, 8, 0].map { String((number >> UInt32($0)) & 0xFF) }.joined(separator: ".")
    }
}

/// IPv4 addresses in CIDR form (RFC 4632).
struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
    let first: Address
    /// 8 to 32.
    let prefix: Int

    /// nil unless the text is `a.b.c.d/n` to the letter: `n` from 8 to 32, no address bit set after the prefix.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let prefix = UInt32(decimal: parts[1], upTo: 32), prefix >= 8,
            let first = Address(parts[0]), first.number & ~(UInt32.max << (32 - prefix)) == 0
        else { return nil }
        self.first = first
        self.prefix = Int(prefix)
    }

    var last: Address { Address(number: first.number | ~(UInt32.max << (32 - UInt32(prefix)))) }

    func overlaps(_ other: AddressBlock) -> Bool {
        first.number <= other.last.number && other.first.number <= last.number
    }

    func contains(_ other: AddressBlock) -> Bool {
        first.number <= other.first.number && other.last.number <= last.number
    }

    func contains(_ address: Address) -> Bool {
        first.number <= address.number && address.number <= last.number
    }

    var description: String { "\(first)/\(prefix)" }
}

extension UInt32 {
    fileprivate init?(decimal text: some StringProtocol, upTo most: UInt32) {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            text == "0" || text.first != "0", let number = UInt32(text), number <= most
        else { return nil }
        self = number
    }
}
