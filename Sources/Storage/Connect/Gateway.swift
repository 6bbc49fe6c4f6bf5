public import Access
public import Directory

public import struct Foundation.Date

/// A machine at a site that holds the site's end of the tunnels.
public struct Gateway: Identifiable, Hashable, Sendable, Codable {
    public typealias ID = Identifier<Gateway>

    public let id: ID
    public let site: Site.ID
    public let name: String
    /// The WireGuard public key: 32 bytes in base64.
    public let publicKey: String
    /// Where its WireGuard listens, as `host:port`.
    public let endpoint: String
    public let createdAt: Date
    /// nil where it never asked; written at most once a minute.
    public let lastSeenAt: Date?
}
