import Foundation

/// Where requests come from, for limits: an IPv4 address, or the first 64 bits of an IPv6 address, which is what one machine
/// commonly has to itself.
public enum NetworkSource {
    /// The parts of a shortened IPv6 address are filled in first; `::ffff:a.b.c.d` is an IPv4 address on a socket for both.
    ///
    /// - Parameter address: nil where there is none, as in tests.
    public static func of(_ address: String?) -> String {
        guard let address, address.contains(":") else { return address ?? "unknown" }
        var bytes = in6_addr()
        // A zone (RFC 4007 §11) is this machine's name for an interface.
        let plain = String(address.prefix { $0 != "%" })
        guard inet_pton(AF_INET6, plain, &bytes) == 1 else { return address }
        return withUnsafeBytes(of: &bytes) { raw in
            let isMapped = raw[..<10].allSatisfy { $0 == 0 } && raw[10] == 0xFF && raw[11] == 0xFF
            return isMapped
                ? raw[12...].map { String($0) }.joined(separator: ".")
                : raw[..<8].map { String($0, radix: 16) }.joined(separator: ":")
        }
    }
}
