public import Directory

/// An administrator's word that the members of a chosen group may reach a site.
///
/// A grant names the group by Okta's id and outlives it: while Okta does not have the group nobody gains anything by
/// the grant, and when the same group returns it works again.
public struct Grant: Hashable, Sendable, Codable {
    /// Whose members the grant is for.
    public enum Scope: Hashable, Sendable, Codable {
        /// Every chosen group, those chosen later included.
        case everyChosenGroup
        case group(Group.ID)
    }

    public let scope: Scope
    public let site: Site.ID

    public init(scope: Scope, site: Site.ID) {
        self.scope = scope
        self.site = site
    }
}
