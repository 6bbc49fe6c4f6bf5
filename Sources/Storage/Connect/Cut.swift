public import struct Foundation.Date

/// A connection that was closed, and which gateways said that they let it in no more.
public struct Cut: Hashable, Sendable {
    /// A gateway that was enrolled at the site when the connection was closed.
    public struct Gateway: Hashable, Sendable {
        public let name: String
        /// nil while it has not answered; for good where it was removed or enrolled anew since.
        public let acknowledgedAt: Date?
    }

    public let connection: Connection
    /// The user's login in Okta.
    public let login: String
    /// The device's name.
    public let device: String
    public let closedAt: Date
    public let because: String
    /// By name.
    public let gateways: [Gateway]
    /// Until when a gateway that has not answered may still let it in.
    public let leaseEndsAt: Date

    /// Whether every gateway has answered.
    public var isComplete: Bool { gateways.allSatisfy { $0.acknowledgedAt != nil } }
    /// When the last of those that answered did; nil where none did.
    public var lastAcknowledgedAt: Date? { gateways.compactMap(\.acknowledgedAt).max() }
}
