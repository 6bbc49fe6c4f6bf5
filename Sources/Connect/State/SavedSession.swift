import ConnectAPI
import Foundation

/// A sign-in on this machine.
struct SavedSession: Codable, Equatable, Sendable {
    static let file = "session.json"

    let server: ServerAddress
    let organisation: String
    /// ``ConnectStatus/user``.
    let user: String
    let name: String
    let email: String?
    /// The id under which the server knows this machine.
    let device: String
    /// The name of the network chosen at sign-in; nil where none was.
    let network: String?
    private var accessToken: String
    private var refreshToken: String?
    private var accessExpiresAt: Date?

    init(_ status: ConnectStatus, at server: ServerAddress, device: String, network: String?, tokens: SavedTokens) {
        self.server = server
        self.organisation = status.organisation
        self.user = status.user
        self.name = status.name
        self.email = status.email
        self.device = device
        self.network = network
        self.accessToken = tokens.access
        self.refreshToken = tokens.refresh
        self.accessExpiresAt = tokens.accessExpiresAt
    }

    var tokens: SavedTokens {
        get { SavedTokens(access: accessToken, refresh: refreshToken, accessExpiresAt: accessExpiresAt) }
        set {
            accessToken = newValue.access
            refreshToken = newValue.refresh
            accessExpiresAt = newValue.accessExpiresAt
        }
    }

    /// The same sign-in with other tokens.
    func with(_ tokens: SavedTokens) -> SavedSession {
        var session = self
        session.tokens = tokens
        return session
    }

    private enum CodingKeys: String, CodingKey {
        case server
        case organisation
        case user
        case name
        case email
        case device
        case network
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case accessExpiresAt = "access_expires_at"
    }
}
