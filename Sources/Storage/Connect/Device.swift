public import Directory

public import struct Foundation.Date

/// A machine of a user on which Connect runs.
public struct Device: Identifiable, Hashable, Sendable, Codable {
    public typealias ID = Identifier<Device>

    public let id: ID
    public let user: User.ID
    public let name: String
    /// The WireGuard public key: 32 bytes in base64. Its private key never leaves the machine.
    public let publicKey: String
    /// The operating system, in Connect's words.
    public let platform: String
    public let createdAt: Date
    public let lastSeenAt: Date
}
