public import Access
public import Directory

/// One line of a list of users.
public struct UserRow: Identifiable, Equatable, Sendable {
    public let facts: AccessFacts

    public init(facts: AccessFacts) {
        self.facts = facts
    }

    public var id: User.ID { facts.user.id }
    public var user: User { facts.user }
    public var standing: Standing { facts.standing }
    /// The chosen groups in which the user is, by name.
    public var groups: [Group] { facts.groups.sorted { ($0.name, $0.id) < ($1.name, $1.id) } }
    /// The sites that the user may reach now, by name.
    public var sites: [Site] { facts.allowedSites }
    public var siteCount: Int { sites.count }
}
