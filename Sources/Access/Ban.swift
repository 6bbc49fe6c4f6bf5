public import struct Foundation.Date

/// An administrator's word that a user has no access, whatever Okta says.
public struct Ban: Hashable, Sendable, Codable {
    /// The e-mail of the administrator.
    public let setBy: String
    public let setAt: Date

    public init(setBy: String, setAt: Date) {
        self.setBy = setBy
        self.setAt = setAt
    }
}
