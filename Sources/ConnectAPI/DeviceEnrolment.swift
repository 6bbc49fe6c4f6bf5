/// A device that asks to be known: its public key, and what to call it. The private key stays where it was made.
public struct DeviceEnrolment: Hashable, Sendable, Codable {
    /// A WireGuard public key: 32 bytes of Curve25519 in base64.
    public let publicKey: String
    /// At most 64 characters; shown to the user and in Manager.
    public let name: String
    /// The operating system in one word, `linux`.
    public let platform: String

    public init(publicKey: String, name: String, platform: String) {
        self.publicKey = publicKey
        self.name = name
        self.platform = platform
    }

    private enum CodingKeys: String, CodingKey {
        case publicKey = "public_key"
        case name
        case platform
    }
}
