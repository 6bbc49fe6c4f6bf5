/// The question of Connect's first screen, asked before anybody signed in: which networks are there for this address?
public struct NetworkLookup: Hashable, Sendable, Codable {
    public let email: String
    /// ``EnrolledDevice/token``, where this device was enrolled here before; nil where it was not.
    public let deviceToken: String?

    public init(email: String, deviceToken: String? = nil) {
        self.email = email
        self.deviceToken = deviceToken
    }

    private enum CodingKeys: String, CodingKey {
        case email
        case deviceToken = "device_token"
    }
}
