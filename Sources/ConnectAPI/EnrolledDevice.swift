/// A device as the server knows it. Enrolling the same key again answers the same device, with another token.
public struct EnrolledDevice: Hashable, Sendable, Codable {
    public let id: String
    public let name: String
    /// By it the server knows the device before its user signed in (``NetworkLookup/deviceToken``). It opens nothing.
    public let token: String

    public init(id: String, name: String, token: String) {
        self.id = id
        self.name = name
        self.token = token
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case name
        case token = "device_token"
    }
}
