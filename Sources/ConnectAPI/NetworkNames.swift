/// The answer to a ``NetworkLookup``: names to choose from, and nothing else.
///
/// The names are a hint for the choice, not a permission: what the user may reach is decided after the sign-in, with
/// ``NetworkList`` and again when a connection is opened. Addresses, gateways, reasons and ids are never in here.
///
/// Every address of which the server tells nothing gets the same answer, byte for byte: an empty list with ``notice``. All
/// answers of a server have one status and one length.
public struct NetworkNames: Hashable, Sendable, Codable {
    /// What a device that the server does not know is shown.
    public enum Shown: String, Hashable, Sendable, Codable {
        case networks
        case organisation
    }

    /// The organisation whose server this is.
    public let organisation: String
    /// What the organisation chose; it depends on no address.
    public let shown: Shown
    /// Names of sites, in the order in which to show them.
    public let networks: [String]
    /// A sentence to show in place of an empty list; nil where ``networks`` has any.
    public let notice: String?
    /// Nothing, at length: see ``padded(to:)``.
    public let padding: String

    public init(organisation: String, shown: Shown, networks: [String], notice: String?, padding: String = "") {
        self.organisation = organisation
        self.shown = shown
        self.networks = networks
        self.notice = notice
        self.padding = padding
    }

    /// Every field is there in every answer, ``notice`` as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(organisation, forKey: .organisation)
        try container.encode(shown, forKey: .shown)
        try container.encode(networks, forKey: .networks)
        try container.encode(notice, forKey: .notice)
        try container.encode(padding, forKey: .padding)
    }

    private enum CodingKeys: String, CodingKey {
        case organisation
        case shown
        case networks
        case notice
        case padding
    }
}

extension NetworkNames {
    /// The length of an answer is a multiple of this, in bytes.
    public static let bucket = 4096

    /// How long as JSON, in bytes.
    public func length() throws -> Int { try ConnectJSON.data(self).count }

    /// The same with as much ``padding`` as makes it `length` bytes of JSON; as it is where it is longer than that.
    public func padded(to length: Int) throws -> NetworkNames {
        NetworkNames(
            organisation: organisation,
            shown: shown,
            networks: networks,
            notice: notice,
            padding: padding + String(repeating: ".", count: max(0, length - (try self.length())))
        )
    }
}
