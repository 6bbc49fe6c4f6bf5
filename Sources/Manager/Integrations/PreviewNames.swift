import Access
import Directory
import Storage
import WebUI

/// How the users, groups and sites of a preview are called, and which of them Timus has already.
struct PreviewNames: Sendable {
    private let kept: [User.ID: User]
    private let added: [User.ID: User]
    private let groups: [Group.ID: String]
    private let knownGroups: Set<Group.ID>
    private let sites: [Site.ID: String]

    /// - Parameter users: Those that are shown.
    init(of users: Set<User.ID>, _ changes: Changes, _ store: Store) async throws {
        added = Dictionary(uniqueKeysWithValues: changes.addedUsers.map { ($0.id, $0) })
        var kept: [User.ID: User] = [:]
        for id in users where added[id] == nil { kept[id] = try await store.user(id) }
        self.kept = kept
        let known = try await store.groups()
        knownGroups = Set(known.map(\.id))
        groups = Dictionary(
            known.map { ($0.id, $0.group.name) } + changes.groups.map { ($0.id, $0.name) },
            uniquingKeysWith: { $1 }
        )
        sites = Dictionary(uniqueKeysWithValues: try await store.sites().map { ($0.id, $0.name) })
    }

    /// As Timus keeps them, else as Okta describes them.
    func user(_ id: User.ID) -> User? { kept[id] ?? added[id] }

    /// The name, with a link to the page of a user who has one.
    func link(to id: User.ID) -> HTML {
        guard let user = kept[id] else { return "\(isolated: added[id]?.name ?? id.rawValue)" }
        return Link(user.name, to: "/users/\(id.rawValue)").html
    }

    func group(_ id: Group.ID) -> String { groups[id] ?? id.rawValue }
    func isKnown(_ id: Group.ID) -> Bool { knownGroups.contains(id) }
    func site(_ id: Site.ID) -> String { sites[id] ?? id.rawValue }
}
