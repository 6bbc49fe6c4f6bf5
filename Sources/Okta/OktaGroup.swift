/// A group as Okta's API gives it.
public struct OktaGroup: Identifiable, Hashable, Sendable {
    /// `00g…`
    public let id: String
    public let name: String
    /// nil where Okta has none.
    public let description: String?
    /// `OKTA_GROUP`, `APP_GROUP`, `BUILT_IN`, or a word that is newer than this program.
    public let type: String
    /// The number of members as Okta counts them, deactivated ones included; nil where it was not asked for.
    public let usersCount: Int?

    public init(id: String, name: String, description: String? = nil, type: String, usersCount: Int? = nil) {
        self.id = id
        self.name = name
        self.description = description
        self.type = type
        self.usersCount = usersCount
    }
}

extension OktaGroup: Decodable {
    private enum Field: String, CodingKey {
        case id
        case type
        case profile
        case embedded = "_embedded"
    }

    private struct Profile: Decodable {
        let name: String
        let description: String?
    }

    private struct Embedded: Decodable {
        struct Stats: Decodable {
            let usersCount: Int?
        }
        let stats: Stats?
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        let profile = try fields.decode(Profile.self, forKey: .profile)
        id = try fields.decode(String.self, forKey: .id)
        name = profile.name
        description = profile.description
        type = try fields.decode(String.self, forKey: .type)
        // The count is an ornament: a group without one is still a group.
        usersCount = (try? fields.decodeIfPresent(Embedded.self, forKey: .embedded))?.stats?.usersCount
    }
}
