import Foundation

/// Where the organisation's Timus server is: scheme, host and port.
struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// `https://timus.example.com`, without a slash at the end.
    let origin: String

    var description: String { origin }

    /// Reads an address in any pasted form; a bare host means `https`. Path, query and fragment are left out.
    ///
    /// `http` is for servers on this machine only, by `localhost`, `127.…` or `[::1]`: elsewhere anybody on the way could
    /// take the access token.
    init(_ typed: String) throws(ConnectError) {
        let text = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let parts = URLComponents(string: text.contains("://") ? text : "https://\(text)"),
            let scheme = parts.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = parts.host?.lowercased(), !host.isEmpty, parts.user == nil, parts.password == nil,
            host.utf8.allSatisfy({ Self.hostCharacters.contains($0) }), (1...65535).contains(parts.port ?? 443)
        else { throw .serverAddress(typed) }
        guard scheme == "https" || Self.isLoopback(host) else { throw .insecureServer(text) }
        let standardPort = scheme == "https" ? 443 : 80
        self.origin = "\(scheme)://\(host)" + (parts.port.map { $0 == standardPort ? "" : ":\($0)" } ?? "")
    }

    private static let hostCharacters = Set("abcdefghijklmnopqrstuvwxyz0123456789.-_:[]".utf8)

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" || host == "::1" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers.allSatisfy { $0 != nil } && numbers[0] == 127
    }
}

extension ServerAddress: Codable {
    init(from decoder: any Decoder) throws {
        self = try ServerAddress(decoder.singleValueContainer().decode(String.self))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(origin)
    }
}
