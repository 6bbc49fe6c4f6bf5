public import struct Foundation.Date

/// A connection that was closed, and which gateways said that they let it in no more.
public struct Cut: Hashable, Sendable {
    /// A machine that was a gateway of the site when the connection was closed, or had been one and could go by its lease yet.
    public struct Gateway: Hashable, Sendable {
        public let name: String
        /// nil while it is a gateway.
        public let end: Storage.Gateway.End?
        /// Until when it may still let the connection in, if it hears nothing.
        public let leaseEndsAt: Date
        /// nil while it has not answered. One that is a gateway no longer answers by being told so.
        public let acknowledgedAt: Date?

        /// Such as "berlin-1 (replaced)".
        public var title: String { end.map { "\(name) (\($0.rawValue))" } ?? name }
    }

    public let connection: Connection
    /// The user's login in Okta.
    public let login: String
    /// The device's name.
    public let device: String
    /// The site's name.
    public let site: String
    public let isSiteRemoved: Bool
    public let closedAt: Date
    public let because: String
    /// By name. Empty where no machine could let it in.
    public let gateways: [Gateway]
    /// Until when a gateway of the site could let it in that had not answered.
    public let leaseEndsAt: Date

    /// Whether every gateway has answered.
    public var isComplete: Bool { gateways.allSatisfy { $0.acknowledgedAt != nil } }

    /// Whether a gateway that has not answered may still let it in.
    public func isWaiting(at now: Date) -> Bool {
        gateways.contains { $0.acknowledgedAt == nil && $0.leaseEndsAt > now }
    }

    /// When the last of those that answered did; nil where none did.
    public var lastAcknowledgedAt: Date? { gateways.compactMap(\.acknowledgedAt).max() }
}
