/// A site, as the user sees it who may reach it.
public struct Network: Hashable, Sendable, Codable {
    /// The site's id, for a ``ConnectionRequest``.
    public let id: String
    public let name: String
    /// The addresses at the site, `10.20.0.0/16`.
    public let addressRange: String
    /// Why the user may reach it: "Allowed through Engineering."
    public let reason: String
    /// Whether the site has a gateway, without which no connection can be opened.
    public let hasGateway: Bool

    public init(id: String, name: String, addressRange: String, reason: String, hasGateway: Bool) {
        self.id = id
        self.name = name
        self.addressRange = addressRange
        self.reason = reason
        self.hasGateway = hasGateway
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case name
        case addressRange = "address_range"
        case reason
        case hasGateway = "has_gateway"
    }
}
