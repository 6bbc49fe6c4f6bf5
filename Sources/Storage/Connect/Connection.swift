public import Access
public import Directory

public import struct Foundation.Date

/// A tunnel that a user's device has, or had, to a site.
public struct Connection: Identifiable, Hashable, Sendable, Codable {
    public typealias ID = Identifier<Connection>

    public let id: ID
    public let device: Device.ID
    public let user: User.ID
    public let site: Site.ID
    /// The session in Connect with which it ends; nil for one of an earlier version of Timus.
    public let session: Session.ID?
    /// The address of the device in the tunnel, such as `100.64.0.2`; the same each time for one device and site.
    public let address: String
    public let openedAt: Date
    /// nil while it is open.
    public let closedAt: Date?
    /// Why it was closed, in a few words for people; nil while it is open.
    public let closedBecause: String?
    /// Whether the user closed it, so that it is not to be opened again by itself.
    public let isClosedByUser: Bool
}
