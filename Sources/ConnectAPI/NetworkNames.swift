/// The answer to a ``NetworkLookup``: names to choose from, and nothing else.
///
/// The names are a hint for the choice, not a permission: what the user may reach is decided after the sign-in, with
/// ``NetworkList`` and again when a connection is opened. Addresses, gateways and reasons are never in here.
///
/// An address that nobody has, one that has no access and one that is in no group get the same answer: an empty list with
/// ``notice``. The shape and the status are the same for every address.
public struct NetworkNames: Hashable, Sendable, Codable {
    /// The organisation whose server this is.
    public let organisation: String
    /// Names of sites, in the order in which to show them.
    public let networks: [String]
    /// A sentence to show in place of an empty list; nil where ``networks`` has any.
    public let notice: String?

    public init(organisation: String, networks: [String], notice: String?) {
        self.organisation = organisation
        self.networks = networks
        self.notice = notice
    }

    /// Every field is there in every answer, ``notice`` as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(organisation, forKey: .organisation)
        try container.encode(networks, forKey: .networks)
        try container.encode(notice, forKey: .notice)
    }

    private enum CodingKeys: String, CodingKey {
        case organisation
        case networks
        case notice
    }
}
