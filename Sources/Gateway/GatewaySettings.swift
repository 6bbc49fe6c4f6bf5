import Foundation

/// What a gateway is told by its one settings file, in JSON.
struct GatewaySettings: Decodable, Equatable, Sendable {
    /// The origin of the Timus server, `https://timus.example.com`.
    let server: String
    /// A file with the token from Manager, mode 0600.
    let tokenFile: String
    /// A file with the WireGuard private key, mode 0600; made by `timus-gateway key`.
    let privateKeyFile: String
    /// UDP; 51820 where the file says nothing.
    let listenPort: Int
    /// Where the configuration for `wg syncconf` is written.
    let output: String
    /// The interface that is kept in step; nil to write ``output`` only.
    let interface: String?
    /// Seconds between two questions; 5 where the file says nothing.
    let interval: Int
    /// Seconds for which peers stay when the server is not to be reached; then all are cut off. 300 where the file says nothing.
    let lease: Int

    private enum CodingKeys: String, CodingKey {
        case server
        case tokenFile = "token_file"
        case privateKeyFile = "private_key_file"
        case listenPort = "listen_port"
        case output
        case interface
        case interval
        case lease
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        server = try container.decode(String.self, forKey: .server)
        tokenFile = try container.decode(String.self, forKey: .tokenFile)
        privateKeyFile = try container.decode(String.self, forKey: .privateKeyFile)
        listenPort = try container.decodeIfPresent(Int.self, forKey: .listenPort) ?? 51820
        output = try container.decode(String.self, forKey: .output)
        interface = try container.decodeIfPresent(String.self, forKey: .interface)
        interval = try container.decodeIfPresent(Int.self, forKey: .interval) ?? 5
        lease = try container.decodeIfPresent(Int.self, forKey: .lease) ?? 300
    }

    static func load(_ path: String) throws(GatewayError) -> GatewaySettings {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .cannotRead(path: path, cause: "there is no such file, or another user's")
        }
        let settings: GatewaySettings
        do {
            settings = try JSONDecoder().decode(GatewaySettings.self, from: data)
        } catch DecodingError.keyNotFound(let key, _) {
            throw .settings(path: path, cause: "\(key.stringValue) is missing")
        } catch DecodingError.typeMismatch(_, let context) {
            let field = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw .settings(path: path, cause: "\(field.isEmpty ? "the file" : field) has the wrong type")
        } catch {
            throw .settings(path: path, cause: "it is not JSON")
        }
        try settings.check(path)
        return settings
    }

    private func check(_ path: String) throws(GatewayError) {
        guard let url = URLComponents(string: server), let host = url.host, url.path.isEmpty, url.query == nil,
            url.user == nil, url.scheme == "https" || url.scheme == "http"
        else { throw .settings(path: path, cause: "server is not an address such as https://timus.example.com") }
        guard url.scheme == "https" || ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host) else {
            throw .insecureServer(server)
        }
        guard (1...65535).contains(listenPort) else { throw .settings(path: path, cause: "listen_port is no port") }
        guard (1...3600).contains(interval) else { throw .settings(path: path, cause: "interval is 1 to 3600 seconds") }
        guard (interval...86400).contains(lease) else {
            throw .settings(path: path, cause: "lease is between the interval and 86400 seconds")
        }
        if let interface {
            // Linux: at most 15 bytes. Only what needs no thought beside `wg`'s own words.
            let isName =
                (1...15).contains(interface.utf8.count) && interface.first != "-"
                && interface.utf8.allSatisfy { $0 < 128 && (isalnum(Int32($0)) != 0 || $0 == UInt8(ascii: "-")) }
            guard isName else { throw .settings(path: path, cause: "interface is no name of an interface") }
        }
    }
}
