import Access

/// The addresses that devices have in their tunnels: 100.64.0.0/10, which no site's own network should use (RFC 6598).
enum TunnelAddress {
    static let range = AddressRange(containing: 100 << 24 | 64 << 16, prefix: 10)

    /// The first and the last address that a device may get. `100.64.0.0` names the range, `100.64.0.1` stays with
    /// the gateways, and the last one is the range's broadcast address.
    static let first = Int64(range.network + 2)
    static let last = Int64(range.last - 1)
}
