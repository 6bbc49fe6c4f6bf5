/// The networks that the signed-in user may reach now, ordered by name.
public struct NetworkList: Hashable, Sendable, Codable {
    public let organisation: String
    public let networks: [Network]
    /// Why there is none, as a sentence for the user; nil where ``networks`` has any.
    public let notice: String?

    public init(organisation: String, networks: [Network], notice: String?) {
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
