import HTTPTypes

/// The proxies in front of this server, whose word on a client's address is taken.
///
/// Only `X-Forwarded-For` is read, and only where the connection itself comes from one of these. `Forwarded` (RFC 7239),
/// `X-Real-IP`, `X-Forwarded-Host` and `X-Forwarded-Proto` never are: host and scheme are those of the public URL.
public struct TrustedProxies: Sendable, Equatable {
    /// Addresses that share their first bits, such as `10.0.0.0/8` or `2001:db8::/32`, or a single one.
    public struct Range: Sendable, Hashable {
        private let address: IPAddress
        private let prefix: Int

        /// nil where the text is no address and no range of addresses.
        public init?(_ text: String) {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let address = IPAddress(parts[0]) else { return nil }
            let bits = address.bytes.count * 8
            guard parts.count == 2 else {
                self.address = address
                prefix = bits
                return
            }
            guard let prefix = Int(parts[1]), (0...bits).contains(prefix), parts[1].allSatisfy(\.isNumber) else {
                return nil
            }
            self.address = address
            self.prefix = prefix
        }

        func contains(_ other: IPAddress) -> Bool {
            guard other.bytes.count == address.bytes.count else { return false }
            return (0..<prefix).allSatisfy { bit in
                let mask: UInt8 = 0x80 >> UInt8(bit % 8)
                return other.bytes[bit / 8] & mask == address.bytes[bit / 8] & mask
            }
        }
    }

    /// Proxies that one request may have come through; a longer list is taken for made up.
    private static let longest = 20

    private let ranges: [Range]

    public init(_ ranges: [Range] = []) {
        self.ranges = ranges
    }

    /// The client's address: the one nearest to us in `X-Forwarded-For` that is none of our proxies. Further to the left
    /// stands what the client itself may have sent.
    ///
    /// - Parameter peer: The address at the other end of the connection, which is the answer where it is no proxy of ours,
    ///   or says nothing that can be understood.
    func client(peer: String?, headers: HTTPFields) -> String? {
        guard let peer, let socket = IPAddress(peer) else { return peer }
        guard isTrusted(socket) else { return socket.description }
        let hops = headers[values: .xForwardedFor].flatMap {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        var client = socket
        for hop in hops.suffix(Self.longest).reversed() {
            guard let address = Self.address(in: hop) else { return socket.description }
            client = address
            if !isTrusted(address) { break }
        }
        return client.description
    }

    private func isTrusted(_ address: IPAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }

    /// Some proxies add the port: `192.0.2.7:4711`, `[2001:db8::7]:4711`.
    private static func address(in hop: Substring) -> IPAddress? {
        let text = hop.drop { $0 == " " || $0 == "\t" }
        let trimmed = String(text.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        if let address = IPAddress(trimmed) { return address }
        if trimmed.hasPrefix("[") {
            let parts = trimmed.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1].isEmpty || isPort(parts[1]) else { return nil }
            return IPAddress(parts[0])
        }
        guard let colon = trimmed.firstIndex(of: ":"), isPort(trimmed[colon...]) else { return nil }
        return IPAddress(trimmed[..<colon])
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && UInt16(text.dropFirst()) != nil
    }
}

extension HTTPField.Name {
    // swift-format-ignore: NeverForceUnwrap
    // A token of RFC 9110 §5.6.2, the only thing that the initializer checks.
    fileprivate static let xForwardedFor = Self("X-Forwarded-For")!
}
