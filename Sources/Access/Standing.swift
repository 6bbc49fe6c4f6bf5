/// What a user is in Timus, in one word: the status shown in Manager and printed by `timus users`.
public enum Standing: String, Hashable, Sendable, Codable, CaseIterable {
    /// In the team *Okta Users*: a member of a chosen group, with a status in Okta that keeps access.
    case active
    /// Known, but without access: left every chosen group, or suspended, deactivated or not yet activated in Okta, or
    /// the integration was disabled.
    case inactive
    /// Refused by an administrator, whatever Okta says.
    case banned
}

extension AccessFacts {
    public var standing: Standing {
        switch refusalForEverySite {
        case nil, .remoteAccessIsOff: .active
        case .banned: .banned
        default: ban == nil ? .inactive : .banned
        }
    }
}
