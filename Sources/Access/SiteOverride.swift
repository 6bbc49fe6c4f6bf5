public import Directory
public import struct Foundation.Date

/// What an administrator set by hand for one user and one site. It survives every sync and wins over the grants of
/// the user's groups, but never over their status in Okta.
public struct SiteOverride: Hashable, Sendable, Codable {
    public enum Effect: String, Hashable, Sendable, Codable {
        case allow
        case deny
    }

    public let site: Site.ID
    public let effect: Effect
    /// The e-mail of the administrator.
    public let setBy: String
    public let setAt: Date

    public init(site: Site.ID, effect: Effect, setBy: String, setAt: Date) {
        self.site = site
        self.effect = effect
        self.setBy = setBy
        self.setAt = setAt
    }
}
