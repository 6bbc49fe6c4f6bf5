/// A device with an open connection to the gateway's site.
public struct Peer: Hashable, Sendable, Codable {
    /// The device's WireGuard public key. No two peers of a site have the same.
    public let publicKey: String
    /// The one address from which the device may send, such as `100.64.0.2`.
    public let address: String

    public init(publicKey: String, address: String) {
        self.publicKey = publicKey
        self.address = address
    }

    private enum CodingKeys: String, CodingKey {
        case publicKey = "public_key"
        case address
    }
}
