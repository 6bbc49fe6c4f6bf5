/// Asks for a connection from one of the user's devices to a site.
public struct ConnectionRequest: Hashable, Sendable, Codable {
    /// ``EnrolledDevice/id``.
    public let device: String
    /// ``Network/id``.
    public let site: String

    public init(device: String, site: String) {
        self.device = device
        self.site = site
    }
}
