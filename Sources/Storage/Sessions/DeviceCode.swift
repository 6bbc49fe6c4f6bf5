public import Directory

public import struct Foundation.Date

/// A sign-in of Connect on a machine without a browser (RFC 8628): the user types ``userCode`` in a browser elsewhere
/// while Connect asks again and again with the device code.
public struct DeviceCode: Identifiable, Hashable, Sendable {
    public typealias ID = Identifier<DeviceCode>

    /// Seconds for which a code is good.
    public static let lifetime = 600
    /// Seconds between two polls; each poll that comes sooner adds as many (RFC 8628 §3.5).
    public static let interval = 5

    public let id: ID
    /// Eight consonants, shown as `BCDF-GHJK`.
    public let userCode: String
    /// What Connect says of the machine, for the person who approves it; nil where it says nothing.
    public let deviceName: String?
    /// The address from which Connect began.
    public let address: String?
    public let createdAt: Date
    public let expiresAt: Date

    /// What a poll is answered.
    public enum Answer: Equatable, Sendable {
        case pending
        /// The poll came too soon; wait this many seconds from now on.
        case slowDown(interval: Int)
        case denied
        case expired
        /// Made up, already used, or run out so long ago that it was forgotten.
        case unknown
        /// The user who approved it, and what their session is opened for, once.
        case approved(User.ID, DeviceCode.ID)
    }
}
