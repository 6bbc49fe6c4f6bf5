/// A group in Okta.
public struct Group: Identifiable, Hashable, Sendable, Codable {
    public typealias ID = Identifier<Group>

    /// Where a group comes from, in Okta's words.
    public enum Kind: String, Hashable, Sendable, Codable {
        case okta = "OKTA_GROUP"
        case app = "APP_GROUP"
        /// `Everyone` and the like.
        case builtIn = "BUILT_IN"
    }

    /// Okta's group id, `00g…`. A group deleted and made again under its old name has a new one.
    public let id: ID
    public var name: String
    /// nil where Okta has none.
    public var description: String?
    public var kind: Kind

    public init(id: ID, name: String, description: String? = nil, kind: Kind = .okta) {
        self.id = id
        self.name = name
        self.description = description
        self.kind = kind
    }
}
