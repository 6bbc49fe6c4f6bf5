public import Directory

/// Everything that decides what one user may reach, read in one go from what is kept.
public struct AccessFacts: Equatable, Sendable {
    public let user: User
    /// nil where no administrator banned the user.
    public let ban: Ban?
    /// Whether the Okta integration is enabled. A stopped or paused sync does not disable it.
    public let integrationIsEnabled: Bool
    /// *Remote Access* of the Okta integration.
    public let remoteAccessIsOn: Bool
    /// The chosen groups of which the user is a member and that Okta has.
    public let groups: [Group]
    /// The grants of the organisation that can concern this user: those for every chosen group, and those for
    /// ``groups``. Others may be present; they grant nothing.
    public let grants: [Grant]
    public let overrides: [SiteOverride]
    public let sites: [Site]

    public init(
        user: User,
        ban: Ban? = nil,
        integrationIsEnabled: Bool,
        remoteAccessIsOn: Bool,
        groups: [Group],
        grants: [Grant],
        overrides: [SiteOverride],
        sites: [Site]
    ) {
        self.user = user
        self.ban = ban
        self.integrationIsEnabled = integrationIsEnabled
        self.remoteAccessIsOn = remoteAccessIsOn
        self.groups = groups
        self.grants = grants
        self.overrides = overrides
        self.sites = sites
    }
}
