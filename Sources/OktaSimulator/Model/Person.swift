public import Foundation

extension Org {
    /// A person in the directory, whom the management API calls a user.
    public struct Person: Identifiable, Sendable {
        public typealias ID = OktaID<Person>

        public let id: ID
        public internal(set) var status: Status
        public internal(set) var profile: Profile
        public internal(set) var provider: Provider
        public internal(set) var role: AdministratorRole?
        public internal(set) var recoveryQuestion: String?
        var password: PasswordDigest?
        /// Wrong passwords in a row; ten lock the person out.
        var failedSignIns = 0

        public let created: Date
        public internal(set) var activated: Date?
        public internal(set) var statusChanged: Date?
        public internal(set) var lastLogin: Date?
        /// Moves with the status, the profile and the password, not with memberships.
        public internal(set) var lastUpdated: Date
        public internal(set) var passwordChanged: Date?

        public var login: String { profile.login }
        public var name: String { profile.name }
        public var hasPassword: Bool { password != nil }
    }

    /// Where a person's password is checked.
    public enum Provider: String, Sendable {
        case okta = "OKTA"
        case activeDirectory = "ACTIVE_DIRECTORY"
        case ldap = "LDAP"
        case federation = "FEDERATION"
        case social = "SOCIAL"
        case `import` = "IMPORT"
    }
}
