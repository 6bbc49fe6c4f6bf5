/// A person in Okta, as Okta last described them.
///
/// The id never changes. Everything else may: two users may share an e-mail address, one may have none, and a
/// re-created person is another user.
public struct User: Identifiable, Hashable, Sendable, Codable {
    public typealias ID = Identifier<User>

    /// Okta's user id, `00u…`; equal to `sub` in an ID token.
    public let id: ID
    public var status: Status
    /// The Okta username, in e-mail form.
    public var login: String
    /// The primary e-mail; nil where Okta has none.
    public var email: String?
    public var firstName: String?
    public var lastName: String?

    public init(
        id: ID,
        status: Status,
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

    /// The name in Timus: what stands before the `@` of the e-mail, or of the username where there is no e-mail.
    public var name: String {
        let address = email ?? login
        return String(address[..<(address.utf8.firstIndex(of: UInt8(ascii: "@")) ?? address.endIndex)])
    }

    /// First and last name, in that order; empty where Okta has neither.
    public var fullName: String {
        guard let firstName, !firstName.isEmpty else { return lastName ?? "" }
        guard let lastName, !lastName.isEmpty else { return firstName }
        return firstName + " " + lastName
    }
}
