public import Access
public import Directory

public import struct Foundation.Date

/// A machine at a site that holds the site's end of the tunnels.
public struct Gateway: Identifiable, Hashable, Sendable, Codable {
    public typealias ID = Identifier<Gateway>

    /// Seconds for which a code enrols.
    public static let codeLifetime = 3600

    /// Why a machine is a gateway no longer.
    public enum End: String, Sendable {
        /// Another was enrolled in its place.
        case replaced
        case removed
    }

    public let id: ID
    public let site: Site.ID
    public let name: String
    /// The WireGuard public key: 32 bytes in base64. nil until the gateway is enrolled.
    public let publicKey: String?
    /// Where its WireGuard listens, as `host:port`, with an IPv6 address in brackets.
    public let endpoint: String
    public let createdAt: Date
    /// When the machine of now was enrolled; nil until one is.
    public let enrolledAt: Date?
    /// nil where it never asked; written at most every 20 seconds.
    public let lastSeenAt: Date?
    /// The newest revision of the site of which it said that it lets in nobody else; 0 before the first.
    public let acknowledgedRevision: Int64
    /// The version of `timus-gateway`; nil until it reports.
    public let version: String?
    /// `kernel` or `wireguard-go`; nil until it reports.
    public let implementation: String?
    /// Packets from tunnels that its firewall refused since its interface came up.
    public let refusedPackets: Int64
    /// Until when its code enrols a machine; nil where it was used. It may be over.
    public let codeExpiresAt: Date?

    public var isEnrolled: Bool { enrolledAt != nil }
}
