/// The address of an Okta org, understood from whatever an administrator pasted.
///
/// Only an address that may stand on the public internet becomes a value: no user name, no port, no IP literal in any
/// spelling, no name that belongs to a private network. Whether an Okta org answers there is not known yet.
public struct OktaDomain: Hashable, Sendable {
    /// Scheme and host, `https://acme.okta.com`; only a local one has another scheme or a port.
    public let origin: String
    /// The host alone, in lower case.
    public let host: String

    /// The issuer of the org authorization server: the origin, with no path and no slash at its end.
    public var issuer: String { origin }

    /// What the pages show: `acme.okta.com`, or the whole origin of a local one.
    public var shown: String { origin.hasPrefix("https://") ? host : origin }

    /// - Parameter allowingLocal: also takes `http://127.0.0.1:PORT` and `http://localhost:PORT`, for the simulator.
    public init(_ typed: String, allowingLocal: Bool = false) throws(Problem) {
        let address = try TypedAddress(typed)
        if address.isLoopback, allowingLocal {
            guard let port = address.port else { throw .localWithoutPort }
            self.host = address.host
            self.origin = "http://\(address.host):\(port)"
            return
        }
        guard !address.isLoopback, !address.isPrivate else { throw .privateAddress(address.host) }
        guard !address.isAddressLiteral else { throw .addressLiteral }
        guard address.port == nil else { throw .port }
        let name = try HostName(address.host)
        self.host = name.withoutAdminSuffix
        self.origin = "https://\(host)"
    }
}
