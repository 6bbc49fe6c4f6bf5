/// One IPv4 address.
struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
    let number: UInt32

    init(number: UInt32) { self.number = number }

    /// nil unless the text is `a.b.c.d` to the letter: decimal without leading zeros.
    init?(_ text: String) {
        guard let block = AddressBlock("\(text)/32") else { return nil }
        number = block.network
    }

    var description: String {
        [24, 16, 8, 0].map { String((number >> UInt32($0)) & 0xFF) }.joined(separator: ".")
    }
}
