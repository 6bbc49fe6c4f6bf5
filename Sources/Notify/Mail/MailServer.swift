public import Foundation
public import Storage

/// Where mail is handed in, and as whom.
public struct MailServer: Sendable {
    /// What is wrong with what was given for one.
    public enum Problem: LocalizedError, Hashable, Sendable {
        case url(String)
        case from(String)
        case userWithoutPassword

        public var errorDescription: String? {
            switch self {
            case .url(let typed): "“\(typed)” is no address of a mail server."
            case .from(let typed): "“\(typed)” is no mail address."
            case .userWithoutPassword: "The mail server needs a user and a password, or neither."
            }
        }

        public var recoverySuggestion: String? {
            switch self {
            case .url: "Give smtp://mail.example.com:587 or smtps://mail.example.com."
            case .from: "Give one such as timus@example.com, without a name."
            case .userWithoutPassword: "Give --smtp-user and --smtp-password-file together."
            }
        }
    }

    /// `smtp://mail.example.com:587`, with its port.
    public let url: String
    public let from: MailAddress
    let user: String?
    let password: Secret?
    /// Whether nothing is said before the connection is encrypted. Only with this machine it may stay open.
    var requiresTLS: Bool

    /// - Parameter url: `smtp://` (587 unless it says another port) or `smtps://` (465), with nothing after the port.
    public init(url typed: String, from: String, user: String? = nil, password: Secret? = nil) throws(Problem) {
        guard let parts = URLComponents(string: typed), let scheme = parts.scheme?.lowercased(),
            let usual = Self.ports[scheme], let host = parts.encodedHost, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            parts.path.isEmpty || parts.path == "/", (1...65535).contains(parts.port ?? usual),
            typed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { throw .url(typed) }
        guard let address = MailAddress(from) else { throw .from(from) }
        guard (user == nil) == (password == nil) else { throw .userWithoutPassword }
        url = "\(scheme)://\(host):\(parts.port ?? usual)"
        self.from = address
        self.user = user
        self.password = password
        requiresTLS = scheme == "smtps" || !Self.loopback.contains(host.lowercased())
    }

    private static let ports = ["smtp": 587, "smtps": 465]
    private static let loopback: Set<String> = ["localhost", "127.0.0.1", "[::1]"]
}
