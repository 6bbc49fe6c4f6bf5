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
    let accessToken: String

    private enum CodingKeys: String, CodingKey {
        case server
        case organisation
        case user
        case name
        case email
        case device
        case network
        case accessToken = "access_token"
    }
}
