/// A user as Okta's API gives them.
public struct OktaUser: Identifiable, Hashable, Sendable {
    /// `00u…`
    public let id: String
    /// Okta's word (`ACTIVE`, `SUSPENDED`, …), also one that is newer than this program.
    public let status: String
    public let login: String
    /// nil where Okta has none, or an empty one.
    public let email: String?
    public let firstName: String?
    public let lastName: String?

    public init(
        id: String,
        status: String,
        login: String,
        email: String?,
        firstName: String? = nil,
        lastName: String? = nil
    ) {
        self.id = id
        self.status = status
        self.login = login
        self.email = email
        self.firstName = firstName
        self.lastName = lastName
    }
}

extension OktaUser: Decodable {
    private enum Field: String, CodingKey {
        case id
        case status
        case profile
    }

    private struct Profile: Decodable {
        let login: String
        let email: String?
        let firstName: String?
        let lastName: String?
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        let profile = try fields.decode(Profile.self, forKey: .profile)
        id = try fields.decode(String.self, forKey: .id)
        status = try fields.decode(String.self, forKey: .status)
        login = profile.login
        email = profile.email.flatMap { $0.isEmpty ? nil : $0 }
        firstName = profile.firstName
        lastName = profile.lastName
    }
}
