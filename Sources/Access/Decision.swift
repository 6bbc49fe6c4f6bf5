public import Directory

/// Whether a user may reach a site now, and why.
public enum Decision: Equatable, Sendable {
    case allowed(Permission)
    case denied(Refusal)

    /// What grants the access.
    public enum Permission: Equatable, Sendable {
        /// The user's groups that were given the site, by name; never empty.
        case through([Group])
        /// An administrator allowed this site for this user by hand.
        case byHand(SiteOverride)
    }

    /// The first thing that stands in the way, in the order in which an administrator would mend it.
    public enum Refusal: Equatable, Sendable {
        case noSuchSite
        case integrationIsDisabled
        case banned(Ban)
        /// The user's status in Okta grants nothing.
        case status(User.Status)
        /// The user is in no chosen group, so is not in the team *Okta Users*.
        case inNoChosenGroup
        case remoteAccessIsOff
        /// An administrator denied this site for this user by hand.
        case byHand(SiteOverride)
        /// The user's chosen groups, none of which was given the site.
        case notGranted(to: [Group])
    }

    public var isAllowed: Bool {
        if case .allowed = self { true } else { false }
    }
}

extension AccessFacts {
    /// The one answer to *may this user reach this site now, and why*. Manager, Connect, the gateways and the command
    /// line all ask here. Access is denied unless something grants it.
    public func decision(for site: Site.ID) -> Decision {
        guard sites.contains(where: { $0.id == site }) else { return .denied(.noSuchSite) }
        if let refusal = refusalForEverySite { return .denied(refusal) }
        switch overrides.first(where: { $0.site == site }) {
        case let override? where override.effect == .deny: return .denied(.byHand(override))
        case let override?: return .allowed(.byHand(override))
        case nil: break
        }
        let granting = groups.filter { group in
            grants.contains { $0.site == site && ($0.scope == .everyChosenGroup || $0.scope == .group(group.id)) }
        }
        return granting.isEmpty
            ? .denied(.notGranted(to: groups))
            : .allowed(.through(granting.sorted { ($0.name, $0.id) < ($1.name, $1.id) }))
    }

    /// What keeps the user from every site; nil where only the sites themselves decide.
    public var refusalForEverySite: Decision.Refusal? {
        if !integrationIsEnabled { return .integrationIsDisabled }
        if let ban { return .banned(ban) }
        if !user.status.keepsAccess { return .status(user.status) }
        if groups.isEmpty { return .inNoChosenGroup }
        if !remoteAccessIsOn { return .remoteAccessIsOff }
        return nil
    }

    /// The sites that the user may reach now, ordered by name.
    public var allowedSites: [Site] {
        sites.filter { decision(for: $0.id).isAllowed }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }
}
