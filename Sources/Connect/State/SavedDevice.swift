/// This machine's WireGuard key for one user of one server. It outlives a sign-out, so that the same person comes back with
/// the same device; another person gets another key.
struct SavedDevice: Codable, Equatable, Sendable {
    static let file = "device.json"

    let server: ServerAddress
    /// ``ConnectStatus/user``.
    let user: String
    let privateKey: WireGuardKey

    private enum CodingKeys: String, CodingKey {
        case server
        case user
        case privateKey = "private_key"
    }
}
