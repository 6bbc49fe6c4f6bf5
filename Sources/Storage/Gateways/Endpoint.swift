import Glibc

/// Where a gateway's WireGuard listens.
enum Endpoint {
    /// Whether the text is `host:port`, with an IPv6 address in brackets, and nothing that a configuration or a shell could take for
    /// anything else.
    static func isEndpoint(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":") else { return false }
        let (host, port) = (text[..<colon], text[text.index(after: colon)...])
        return isPort(port) && (isName(host) || isBracketedIPv6(host))
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard text.count <= 5, text.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(text) else {
            return false
        }
        return (1...65_535).contains(port)
    }

    /// A host name or an IPv4 address.
    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, (1...253).contains(text.utf8.count), first != 45, first != 46 else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
    }

    private static func isBracketedIPv6(_ text: Substring) -> Bool {
        guard text.first == "[", text.last == "]" else { return false }
        var address = in6_addr()
        return inet_pton(AF_INET6, String(text.dropFirst().dropLast()), &address) == 1
    }
}
