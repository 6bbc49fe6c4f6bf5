public import Directory

/// A private network of the organisation that users may be given access to.
public struct Site: Identifiable, Hashable, Sendable, Codable {
    public typealias ID = Identifier<Site>

    public let id: ID
    /// Unique in the organisation, for example `Berlin`.
    public var name: String
    /// The addresses at the site. No two sites of an organisation overlap.
    public var addressRange: AddressRange

    public init(id: ID, name: String, addressRange: AddressRange) {
        self.id = id
        self.name = name
        self.addressRange = addressRange
    }
}
