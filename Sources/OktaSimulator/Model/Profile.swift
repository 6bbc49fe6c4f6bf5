extension Org {
    /// What an org keeps about a person. The six properties that every org has are fields; the others are in `more`.
    public struct Profile: Sendable, Equatable {
        public var firstName: String
        public var lastName: String
        /// The username, in the form of an e-mail address; unique in the org without regard to case.
        public var login: String
        /// Several people may share one.
        public var email: String
        public var secondEmail: String?
        public var mobilePhone: String?
        /// Other properties by name: `department`, `title`, `city` and what the org added.
        public var more: [String: JSON]

        public init(
            firstName: String,
            lastName: String,
            login: String,
            email: String? = nil,
            secondEmail: String? = nil,
            mobilePhone: String? = nil,
            more: [String: JSON] = [:]
        ) {
            self.firstName = firstName
            self.lastName = lastName
            self.login = login
            self.email = email ?? login
            self.secondEmail = secondEmail
            self.mobilePhone = mobilePhone
            self.more = more
        }

        public var name: String { "\(firstName) \(lastName)" }

        /// The part of the login before the `@`, with which a person may be looked up while it is unambiguous.
        var shortName: String { String(login.lowercased().prefix { $0 != "@" }) }
    }
}
