extension User {
    /// The status of a user in Okta.
    ///
    /// A status that we do not know is read as ``unknown``, which grants nothing.
    public enum Status: String, Hashable, Sendable, Codable, CaseIterable {
        case staged = "STAGED"
        case provisioned = "PROVISIONED"
        case active = "ACTIVE"
        case recovery = "RECOVERY"
        case lockedOut = "LOCKED_OUT"
        case passwordExpired = "PASSWORD_EXPIRED"
        case suspended = "SUSPENDED"
        case deprovisioned = "DEPROVISIONED"
        case unknown = "UNKNOWN"

        public init(okta text: String) {
            self = Status(rawValue: text) ?? .unknown
        }

        /// Whether a user with this status may have access at all.
        ///
        /// A locked-out user, or one whose password has to be set anew, keeps what they have: Okta itself refuses
        /// their next sign-in, and five wrong passwords by a stranger must not cut a live tunnel.
        public var keepsAccess: Bool {
            switch self {
            case .active, .recovery, .lockedOut, .passwordExpired: true
            case .staged, .provisioned, .suspended, .deprovisioned, .unknown: false
            }
        }

        /// Whether Okta itself says that this user's access has ended, so that no guard may delay it.
        public var statesRemoval: Bool {
            self == .suspended || self == .deprovisioned
        }
    }
}
