/// A gateway that shows its one-time code and says which key it made. The private key stays where it was made.
public struct GatewayEnrolment: Hashable, Sendable, Codable {
    /// From *Sites > Add gateway*; good once, for an hour.
    public let code: String
    /// A WireGuard public key: 32 bytes of Curve25519 in base64.
    public let publicKey: String

    public init(code: String, publicKey: String) {
        self.code = code
        self.publicKey = publicKey
    }

    private enum CodingKeys: String, CodingKey {
        case code
        case publicKey = "public_key"
    }
}
