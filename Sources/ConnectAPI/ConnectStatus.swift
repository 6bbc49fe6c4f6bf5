public import struct Foundation.Date

/// Who is signed in, until when, and which connections of theirs are open, on whichever device.
public struct ConnectStatus: Hashable, Sendable, Codable {
    public let organisation: String
    /// The user's id: the same for as long as it is the same person, whatever happens to the e-mail address.
    public let user: String
    /// The user's name in Timus, the first part of the e-mail address.
    public let name: String
    /// nil where Okta has no e-mail address for the user.
    public let email: String?
    /// When the sign-in ends by itself.
    public let sessionExpiresAt: Date
    public let connections: [Connection]

    /// An open connection, in short.
    public struct Connection: Hashable, Sendable, Codable {
        public let id: String
        /// The site's name.
        public let network: String
        /// The device's id.
        public let device: String
        public let address: String
        public let openedAt: Date

        public init(id: String, network: String, device: String, address: String, openedAt: Date) {
            self.id = id
            self.network = network
            self.device = device
            self.address = address
            self.openedAt = openedAt
        }

        private enum CodingKeys: String, CodingKey {
            case id
            case network
            case device
            case address
            case openedAt = "opened_at"
        }
    }

    public init(
        organisation: String,
        user: String,
        name: String,
        email: String?,
        sessionExpiresAt: Date,
        connections: [Connection]
    ) {
        self.organisation = organisation
        self.user = user
        self.name = name
        self.email = email
        self.sessionExpiresAt = sessionExpiresAt
        self.connections = connections
    }

    private enum CodingKeys: String, CodingKey {
        case organisation
        case user
        case name
        case email
        case sessionExpiresAt = "session_expires_at"
        case connections
    }
}
