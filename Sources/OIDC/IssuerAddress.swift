import Foundation

/// An issuer's text, taken apart as far as the checks of discovery need it.
struct IssuerAddress: Sendable {
    let issuer: String
    /// Scheme, host and port.
    let origin: String
    /// Without the port: what the sentences name.
    let host: String

    /// - Parameter allowInsecureLoopback: lets `http://127.0.0.1` and `http://localhost`, with any port, pass.
    init(_ issuer: String, allowInsecureLoopback: Bool) throws(OIDCError) {
        guard let mark = issuer.range(of: "://") else { throw .notProvider(host: issuer, cause: "no address") }
        let authority = issuer[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.prefix { $0 != ":" }
        let isLoopback = host == "127.0.0.1" || host == "localhost"
        switch issuer[..<mark.lowerBound] {
        case "https": break
        case "http" where isLoopback && allowInsecureLoopback: break
        default: throw .metadataRefused(.endpointNotHTTPS)
        }
        guard !host.isEmpty, !authority.contains("@"), !issuer.contains("?"), !issuer.contains("#") else {
            throw .notProvider(host: String(host), cause: "no address of an issuer")
        }
        self.issuer = issuer
        self.origin = String(issuer[..<authority.endIndex])
        self.host = String(host)
    }

    /// A slash at the issuer's end is not doubled (OpenID Connect Discovery 1.0 §4.1).
    var discoveryURL: String { issuer + (issuer.hasSuffix("/") ? "" : "/") + ".well-known/openid-configuration" }

    /// Refuses endpoints on any other origin.
    func verify(_ endpoints: [String]) -> Result<Void, OIDCError> {
        guard let odd = endpoints.first(where: { !isOnOrigin($0) }) else { return .success(()) }
        let isDowngrade = odd.hasPrefix("http://") && origin.hasPrefix("https://")
        return .failure(.metadataRefused(isDowngrade ? .endpointNotHTTPS : .endpointElsewhere))
    }

    /// By bytes, and printable ASCII only, so that no other reader of the address sees another host in it.
    private func isOnOrigin(_ endpoint: String) -> Bool {
        endpoint.utf8.starts(with: (origin + "/").utf8)
            && endpoint.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }
    }
}
