import Foundation

/// Where a gateway's WireGuard listens: `host:port`, as it may stand in a configuration of ours.
struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    let description: String
    /// An IPv6 address without its brackets.
    let host: String
    let port: Int

    /// nil unless the text is an IPv4 address, an IPv6 address in brackets or a host name, and a port from 1 to 65535.
    /// Whether the name resolves is not checked.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let host = text[..<colon]
        let port = text[text.index(after: colon)...]
        guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ (48...57).contains($0) }), port.first != "0",
            let number = Int(port), number <= 65535, Self.isAddress6(host) || Self.isName(host)
        else { return nil }
        self.description = text
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        self.port = number
    }

    /// Whether nobody needs to be asked for the host's address.
    var isNumeric: Bool { host.contains(":") || IPv4Address(host) != nil }

    /// The same at an address that its host was found to have; nil where that is none.
    func at(_ address: String) -> Endpoint? {
        Endpoint(address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)")
    }

    private static func isAddress6(_ host: Substring) -> Bool {
        guard host.hasPrefix("["), host.hasSuffix("]") else { return false }
        var address = in6_addr()
        return inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &address) == 1
    }

    /// RFC 1123 §2.1. An IPv4 address has the form of a name; all-digit names that are none are refused.
    private static func isName(_ host: Substring) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isWellFormed = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
                    default: false
                    }
                }
        }
        guard isWellFormed, host.utf8.count <= 253 else { return false }
        guard host.allSatisfy({ $0 == "." || $0.isNumber }) else { return true }
        var address = in_addr()
        return inet_pton(AF_INET, String(host), &address) == 1
    }
}
