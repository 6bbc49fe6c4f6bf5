extension Org {
    /// What a person may do in the console and, through an API token, in the management API.
    public enum AdministratorRole: Hashable, Sendable {
        case superAdmin
        case readOnlyAdmin
        /// Sees and changes only these groups and the people in them.
        case groupAdmin(Set<Group.ID>)
        /// A role of the org's own, with these permissions, named as the API scopes are.
        case custom(Set<String>)

        public var label: String {
            switch self {
            case .superAdmin: "Super Administrator"
            case .readOnlyAdmin: "Read-only Administrator"
            case .groupAdmin: "Group Administrator"
            case .custom: "Custom role"
            }
        }
    }
}
