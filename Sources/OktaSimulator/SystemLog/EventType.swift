extension Org {
    /// What happened, in the words of Okta's catalogue of events; those of it that this org writes.
    enum EventType: String, CaseIterable, Sendable {
        case userCreate = "user.lifecycle.create"
        case userActivate = "user.lifecycle.activate"
        case userDeactivate = "user.lifecycle.deactivate"
        case userSuspend = "user.lifecycle.suspend"
        case userUnsuspend = "user.lifecycle.unsuspend"
        case userReactivate = "user.lifecycle.reactivate"
        case userDeleteInitiated = "user.lifecycle.delete.initiated"
        case userDeleteCompleted = "user.lifecycle.delete.completed"
        case accountLock = "user.account.lock"
        case accountUnlock = "user.account.unlock"
        case accountUnlockByAdmin = "user.account.unlock_by_admin"
        case accountUpdateProfile = "user.account.update_profile"
        case accountUpdatePassword = "user.account.update_password"
        case accountResetPassword = "user.account.reset_password"
        case accountExpirePassword = "user.account.expire_password"
        case groupCreate = "group.lifecycle.create"
        case groupDelete = "group.lifecycle.delete"
        case groupUpdateProfile = "group.profile.update"
        case memberAdd = "group.user_membership.add"
        case memberRemove = "group.user_membership.remove"
        case appUserAdd = "application.user_membership.add"
        case appUserRemove = "application.user_membership.remove"
        case appGroupAdd = "group.application_assignment.add"
        case appGroupRemove = "group.application_assignment.remove"
        case appGroupUpdate = "group.application_assignment.update"
        case sessionStart = "user.session.start"
        case sessionEnd = "user.session.end"
        case sessionClear = "user.session.clear"
        case tokenCreate = "system.api_token.create"
        case tokenRevoke = "system.api_token.revoke"

        /// Whether an event hook may ask for it.
        var isForHooks: Bool {
            switch self {
            case .userDeleteCompleted, .accountExpirePassword: false
            default: true
            }
        }

        var message: String {
            switch self {
            case .userCreate: "Create okta user"
            case .userActivate: "Activate okta user"
            case .userDeactivate: "Deactivate okta user"
            case .userSuspend: "Suspend okta user"
            case .userUnsuspend: "Unsuspend okta user"
            case .userReactivate: "Reactivate okta user"
            case .userDeleteInitiated: "Delete okta user initiated"
            case .userDeleteCompleted: "Delete okta user completed"
            case .accountLock: "Max sign in attempts exceeded"
            case .accountUnlock: "User unlocked their account"
            case .accountUnlockByAdmin: "User account was unlocked by an admin"
            case .accountUpdateProfile: "Update user profile for Okta"
            case .accountUpdatePassword: "User update password for Okta"
            case .accountResetPassword: "Fired when the user's Okta password is reset"
            case .accountExpirePassword: "User's Okta password is expired"
            case .groupCreate: "Create Okta group"
            case .groupDelete: "Delete Okta group"
            case .groupUpdateProfile: "Update Okta group"
            case .memberAdd: "Add user to group membership"
            case .memberRemove: "Remove user from group membership"
            case .appUserAdd: "Add user to application membership"
            case .appUserRemove: "Remove user's application membership"
            case .appGroupAdd: "Add assigned application to group"
            case .appGroupRemove: "Remove assigned application from group"
            case .appGroupUpdate: "Update assigned application to group"
            case .sessionStart: "User login to Okta"
            case .sessionEnd: "User logout from Okta"
            case .sessionClear: "Clear user session"
            case .tokenCreate: "Create API token"
            case .tokenRevoke: "Revoke API token"
            }
        }
    }
}
