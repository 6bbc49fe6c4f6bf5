public import Directory

extension AccessFacts {
    /// What keeps an administrator from coming into Manager as this user of Okta; nil where nothing does.
    ///
    /// The user's groups do not matter, nor whether the integration is enabled: who administers is decided in Timus.
    /// Okta decides only whether the person may still sign in.
    public var refusalToAdministrate: Decision.Refusal? {
        user.refusalToAdministrate(banned: ban)
    }
}

extension User {
    /// ``AccessFacts/refusalToAdministrate``, from the little that it depends on.
    ///
    /// - Parameter ban: nil where no administrator banned the user.
    public func refusalToAdministrate(banned ban: Ban?) -> Decision.Refusal? {
        if let ban { return .banned(ban) }
        return status.keepsAccess ? nil : .status(status)
    }
}
