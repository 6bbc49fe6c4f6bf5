import Foundation

/// Where the organisation's Timus server is: scheme, host and port.
struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// `https://timus.example.com`, without a slash at the end.
    let origin: String

    var description: String { origin }

    /// Reads an address in any pasted form; a bare host means `https`. Path, query and fragment are left out.
    ///
    /// `http` is for servers on this machine: elsewhere anybody on the way could take the token and say who is let in.
    ///
    /// - Parameter allowsHTTP: Also takes `http` to an address of a private network (RFC 1918).
    init(_ typed: String, allowsHTTP: Bool = false) throws(GatewayError) {
        let text = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let parts = URLComponents(string: text.contains("://") ? text : "https://\(text)"),
            let scheme = parts.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = parts.host?.lowercased(), !host.isEmpty, parts.user == nil, parts.password == nil,
            host.utf8.allSatisfy({ Self.hostCharacters.contains($0) }), (1...65535).contains(parts.port ?? 443)
        else { throw .serverAddress(typed) }
        guard scheme == "https" || Self.isLoopback(host) || (allowsHTTP && Self.isPrivate(host)) else {
            throw .insecureServer(text)
        }
        let standardPort = scheme == "https" ? 443 : 80
        self.origin = "\(scheme)://\(host)" + (parts.port.map { $0 == standardPort ? "" : ":\($0)" } ?? "")
    }

    private static let hostCharacters = Set("abcdefghijklmnopqrstuvwxyz0123456789.-_:[]".utf8)
    private static let loopback = AddressBlock("127.0.0.0/8")
    private static let privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].compactMap {
        AddressBlock($0)
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" || host == "::1" { return true }
        return Address(host).map { loopback?.contains($0) == true } ?? false
    }

    private static func isPrivate(_ host: String) -> Bool {
        Address(host).map { address in privateNetworks.contains { $0.contains(address) } } ?? false
    }
}
