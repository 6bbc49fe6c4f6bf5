import Foundation

/// What a gateway is told when it is enrolled, in one JSON file.
struct GatewaySettings: Codable, Equatable, Sendable {
    /// The origin of the Timus server.
    var server: ServerAddress
    /// Plain `http` to a private address was asked for.
    var allowsHTTP: Bool
    var id: String
    var name: String
    /// The site's name.
    var site: String
    var token: String
    /// No other program's, and no other namespace's: `wireguard-go` has one folder of sockets on a machine.
    var interface: String
    /// UDP.
    var listenPort: Int
    /// Whether the site sees the gateway's own address in place of the peers'.
    var isMasquerading: Bool

    private enum CodingKeys: String, CodingKey {
        case server
        case allowsHTTP = "allow_http"
        case id
        case name
        case site
        case token
        case interface
        case listenPort = "listen_port"
        case isMasquerading = "masquerade"
    }

    /// - Parameter path: Named in what is thrown.
    init(_ data: Data, path: String) throws(GatewayError) {
        do {
            self = try JSONDecoder().decode(GatewaySettings.self, from: data)
        } catch DecodingError.keyNotFound(let key, _) {
            throw .settings(path: path, cause: "\(key.stringValue) is missing")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            let field = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw .settings(path: path, cause: "\(field.isEmpty ? "the file" : field) has the wrong type")
        } catch let error as GatewayError {
            throw error
        } catch {
            throw .settings(path: path, cause: "it is not JSON")
        }
        if let cause = problem { throw .settings(path: path, cause: cause) }
    }

    init(
        server: ServerAddress,
        allowsHTTP: Bool,
        id: String,
        name: String,
        site: String,
        token: String,
        interface: String,
        listenPort: Int,
        isMasquerading: Bool
    ) {
        self.server = server
        self.allowsHTTP = allowsHTTP
        self.id = id
        self.name = name
        self.site = site
        self.token = token
        self.interface = interface
        self.listenPort = listenPort
        self.isMasquerading = isMasquerading
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        allowsHTTP = try fields.decodeIfPresent(Bool.self, forKey: .allowsHTTP) ?? false
        server = try ServerAddress(fields.decode(String.self, forKey: .server), allowsHTTP: allowsHTTP)
        id = try fields.decode(String.self, forKey: .id)
        name = try fields.decode(String.self, forKey: .name)
        site = try fields.decode(String.self, forKey: .site)
        token = try fields.decode(String.self, forKey: .token)
        interface = try fields.decode(String.self, forKey: .interface)
        listenPort = try fields.decode(Int.self, forKey: .listenPort)
        isMasquerading = try fields.decode(Bool.self, forKey: .isMasquerading)
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(server.origin, forKey: .server)
        try fields.encode(allowsHTTP, forKey: .allowsHTTP)
        try fields.encode(id, forKey: .id)
        try fields.encode(name, forKey: .name)
        try fields.encode(site, forKey: .site)
        try fields.encode(token, forKey: .token)
        try fields.encode(interface, forKey: .interface)
        try fields.encode(listenPort, forKey: .listenPort)
        try fields.encode(isMasquerading, forKey: .isMasquerading)
    }

    private var problem: String? {
        if !InterfaceName.isOne(interface) { return "interface is no name of an interface" }
        if !(1...65_535).contains(listenPort) { return "listen_port is no port" }
        // It goes into a header, and into an interface's alias.
        if !Self.isWord(token) { return "token is no token" }
        if !Self.isWord(id) || id.utf8.count > 64 { return "id is no gateway's" }
        return nil
    }

    /// One word of printable ASCII.
    static func isWord(_ text: String) -> Bool {
        (1...512).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

/// Names of interfaces as we take them.
enum InterfaceName {
    static let usual = "timus0"

    /// Linux takes at most 15 bytes. Only what is a word to `nft`, too, and no option to `ip`.
    static func isOne(_ text: String) -> Bool {
        guard (1...15).contains(text.utf8.count), let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy {
            isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
