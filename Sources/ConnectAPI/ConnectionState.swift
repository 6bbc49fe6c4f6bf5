public import struct Foundation.Date

/// Whether a connection still stands, for the device that holds it.
public struct ConnectionState: Hashable, Sendable, Codable {
    public let id: String
    /// nil while it is open.
    public let closedAt: Date?
    /// Why it was closed, in a sentence for its user: "Okta: your account was suspended." nil while it is open.
    public let closedBecause: String?
    /// Whether the user closed it, here or elsewhere, so that it is not to be opened again by itself.
    public let isClosedByUser: Bool

    public init(id: String, closedAt: Date?, closedBecause: String?, isClosedByUser: Bool) {
        self.id = id
        self.closedAt = closedAt
        self.closedBecause = closedBecause
        self.isClosedByUser = isClosedByUser
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case closedAt = "closed_at"
        case closedBecause = "closed_because"
        case isClosedByUser = "closed_by_user"
    }
}
