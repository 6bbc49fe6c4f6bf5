public import Directory
public import Okta

extension Group {
    /// The group that Okta's API gave. A type that is newer than this program is read as an app's.
    public init(_ group: OktaGroup) {
        self.init(
            id: ID(group.id),
            name: group.name,
            description: group.description,
            kind: Kind(rawValue: group.type) ?? .app
        )
    }
}
