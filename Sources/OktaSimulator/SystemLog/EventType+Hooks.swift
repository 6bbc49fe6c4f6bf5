extension Org.EventType {
    /// Whether an event hook may ask for events of this name.
    static func isForHooks(_ name: String) -> Bool {
        if let type = Self(rawValue: name) { return !notForHooks.contains(type) }
        return elsewhere.contains(name)
    }

    /// Every name that an event hook may ask for and that this org writes.
    static var forHooks: [Self] { allCases.filter { !notForHooks.contains($0) } }

    private static let notForHooks: Set<Self> = [
        .userDeleteCompleted, .accountExpirePassword, .hookCreate, .hookUpdate, .hookVerify, .hookActivate,
        .hookDeactivate, .hookDelete,
    ]

    /// Names of Okta's catalogue whose events this org never writes; those of it that directories may be interested in.
    private static let elsewhere: Set<String> = [
        "app.user_management", "app.user_management.user_group_import.upsert_success",
        "application.lifecycle.activate", "application.lifecycle.create", "application.lifecycle.deactivate",
        "application.lifecycle.delete", "application.lifecycle.update", "application.user_membership.change_username",
        "application.user_membership.update", "device.lifecycle.activate", "device.lifecycle.deactivate",
        "device.lifecycle.delete", "device.lifecycle.suspend", "device.lifecycle.unsuspend",
        "system.api_token.request_outside_allowed_range", "system.org.rate_limit.violation",
        "system.org.rate_limit.warning", "user.account.privilege.grant", "user.account.privilege.revoke",
        "user.authentication.sso", "user.mfa.factor.activate",
        "user.mfa.factor.deactivate", "user.mfa.factor.reset_all", "user.risk.change", "user.risk.detect",
    ]
}
