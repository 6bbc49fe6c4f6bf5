public import Directory

/// One customer of this installation: the unit that nothing crosses.
public struct Organisation: Identifiable, Hashable, Sendable {
    public typealias ID = Identifier<Organisation>

    /// The name of an organisation that nobody has named. Enabling the Okta integration names it after the domain.
    public static let unnamed = "unnamed"

    public let id: ID
    /// Unique in the database.
    public let name: String

    public init(id: ID, name: String) {
        self.id = id
        self.name = name
    }
}
