/// A range of IPv4 addresses in CIDR form, such as `10.20.0.0/16` (RFC 4632).
public struct AddressRange: Hashable, Sendable {
    /// The first address, as a number in host order; bits after the prefix are zero.
    public let network: UInt32
    /// 8 to 32: a shorter prefix would swallow the internet.
    public let prefix: Int

    /// Why a text is not an address range, told apart by what to type instead.
    public enum Problem: Error, Equatable, Sendable {
        /// Not `a.b.c.d/n` at all.
        case notCIDR
        /// `n` is not 8 to 32.
        case prefixLength
        /// Addresses after the prefix are set; the range that was probably meant.
        case hostBits(AddressRange)
    }

    /// Reads `a.b.c.d/n`, with spaces around it ignored. Leading zeros are refused, since some systems read them as
    /// octal.
    public init(_ text: String) throws(Problem) {
        let parts = text.trimmingSpaces.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = Self.address(parts[0]), let prefix = Self.decimal(parts[1], upTo: 999)
        else { throw .notCIDR }
        guard (8...32).contains(Int(prefix)) else { throw .prefixLength }
        let range = AddressRange(containing: address, prefix: Int(prefix))
        guard range.network == address else { throw .hostBits(range) }
        self = range
    }

    /// The range of that prefix length in which `address` lies.
    ///
    /// - Precondition: `prefix` is 8 to 32; other lengths are not checked here.
    public init(containing address: UInt32, prefix: Int) {
        self.network = address & (UInt32.max << (32 - UInt32(prefix)))
        self.prefix = prefix
    }

    /// The last address.
    public var last: UInt32 { network | ~(UInt32.max << (32 - UInt32(prefix))) }

    /// Whether any address is in both.
    public func overlaps(_ other: AddressRange) -> Bool {
        network <= other.last && other.network <= last
    }

    /// `a.b.c.d` of an address in host order.
    public static func dotted(_ address: UInt32) -> String {
        [24, 16, 8, 0].map { String((address >> UInt32($0)) & 0xFF) }.joined(separator: ".")
    }

    private static func address(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard let number = decimal(part, upTo: 255) else { return nil }
            address = address << 8 | number
        }
        return address
    }

    private static func decimal(_ text: Substring, upTo most: UInt32) -> UInt32? {
        guard !text.isEmpty, text.count <= 3, text.utf8.allSatisfy({ (48...57).contains($0) }),
            text == "0" || text.first != "0", let number = UInt32(text), number <= most
        else { return nil }
        return number
    }
}

extension AddressRange: CustomStringConvertible {
    /// `10.20.0.0/16`.
    public var description: String { "\(Self.dotted(network))/\(prefix)" }
}

extension AddressRange: Codable {
    public init(from decoder: any Decoder) throws {
        self = try AddressRange(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension String {
    fileprivate var trimmingSpaces: Substring {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
