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

extension OktaUser: JSONReadable {
    init(json: inout JSONReader) throws(JSONReader.Failure) {
        var (id, status, login): (String?, String?, String?)
        var (email, firstName, lastName): (String?, String?, String?)
        let start = json
        try json.object { (name, json) throws(JSONReader.Failure) in
            switch name {
            case "id": id = try json.string()
            case "status": status = try json.string()
            case "profile":
                try json.object { (name, json) throws(JSONReader.Failure) in
                    switch name {
                    case "login": login = try json.string()
                    case "email": email = try json.optionalString()
                    case "firstName": firstName = try json.optionalString()
                    case "lastName": lastName = try json.optionalString()
                    default: try json.skip()
                    }
                }
            default: try json.skip()
            }
        }
        guard let id, let status, let login else { throw start.lacksMember }
        if email?.isEmpty == true { email = nil }
        // One text in memory for both, where they are the same: there may be a hundred thousand.
        if email == login { email = login }
        self.init(id: id, status: status, login: login, email: email, firstName: firstName, lastName: lastName)
    }
}
