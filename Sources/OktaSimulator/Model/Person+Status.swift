extension Org.Person {
    /// Where a person stands in Okta's life cycle.
    public enum Status: String, CaseIterable, Sendable {
        case staged = "STAGED"
        case provisioned = "PROVISIONED"
        case active = "ACTIVE"
        case recovery = "RECOVERY"
        case lockedOut = "LOCKED_OUT"
        case passwordExpired = "PASSWORD_EXPIRED"
        case suspended = "SUSPENDED"
        case deprovisioned = "DEPROVISIONED"

        /// The console's word for it.
        public var label: String {
            switch self {
            case .staged: "Staged"
            case .provisioned: "Pending user action"
            case .active: "Active"
            case .recovery: "Password reset"
            case .lockedOut: "Locked out"
            case .passwordExpired: "Password expired"
            case .suspended: "Suspended"
            case .deprovisioned: "Deactivated"
            }
        }

        /// The place in the plain list of users, which goes by status and then by id.
        var rank: Int {
            switch self {
            case .staged: 0
            case .provisioned: 1
            case .active: 2
            case .recovery: 3
            case .lockedOut: 4
            case .passwordExpired: 5
            case .suspended: 6
            case .deprovisioned: 7
            }
        }
    }
}
