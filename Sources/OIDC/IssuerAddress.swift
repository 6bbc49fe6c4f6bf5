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

    var discoveryURL: String { issuer + "/.well-known/openid-configuration" }

    /// Refuses an endpoint on any other origin.
    func verify(_ endpoint: String) throws(OIDCError) {
        if endpoint.hasPrefix(origin + "/") { return }
        let isDowngrade = endpoint.hasPrefix("http://") && origin.hasPrefix("https://")
        throw .metadataRefused(isDowngrade ? .endpointNotHTTPS : .endpointElsewhere)
    }
}
