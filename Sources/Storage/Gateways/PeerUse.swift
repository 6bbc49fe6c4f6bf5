public import struct Foundation.Date

/// What a peer did at one gateway, as the gateway reports it.
public struct PeerUse: Hashable, Sendable {
    public let publicKey: String
    /// nil where it never came.
    public let lastHandshakeAt: Date?
    public let receivedBytes: Int64
    public let sentBytes: Int64

    public init(publicKey: String, lastHandshakeAt: Date?, receivedBytes: Int64, sentBytes: Int64) {
        self.publicKey = publicKey
        self.lastHandshakeAt = lastHandshakeAt
        self.receivedBytes = receivedBytes
        self.sentBytes = sentBytes
    }
}
