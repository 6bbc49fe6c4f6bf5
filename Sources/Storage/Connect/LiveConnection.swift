public import struct Foundation.Date

/// An open connection, with whose it is and what gateways saw of it.
public struct LiveConnection: Hashable, Sendable {
    public let connection: Connection
    /// The user's login in Okta.
    public let login: String
    /// The device's name.
    public let device: String
    /// The name of the gateway that saw it last; nil where none did.
    public let gateway: String?
    /// nil where it never came.
    public let lastHandshakeAt: Date?
    /// At all gateways, each since its interface took the peer.
    public let receivedBytes: Int64
    public let sentBytes: Int64
}
