/// What a gateway is, once it is enrolled.
public struct EnrolledGateway: Hashable, Sendable, Codable {
    public let id: String
    public let name: String
    /// The site's name.
    public let site: String
    /// Where Connect reaches it, `host:port`: the gateway listens on that port unless it is told another.
    public let endpoint: String
    /// Opens the gateway's other requests. It is given this once.
    public let token: String

    public init(id: String, name: String, site: String, endpoint: String, token: String) {
        self.id = id
        self.name = name
        self.site = site
        self.endpoint = endpoint
        self.token = token
    }
}
