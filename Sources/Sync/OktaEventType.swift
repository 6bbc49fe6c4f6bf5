/// The events of an Okta event hook that Timus asks for: those after which somebody may have access that they had not, or
/// no longer. Every other event is answered and ignored.
public enum OktaEventType: String, Hashable, Sendable, CaseIterable {
    case userCreated = "user.lifecycle.create"
    case userActivated = "user.lifecycle.activate"
    case userDeactivated = "user.lifecycle.deactivate"
    case userSuspended = "user.lifecycle.suspend"
    case userUnsuspended = "user.lifecycle.unsuspend"
    case userReactivated = "user.lifecycle.reactivate"
    /// That a user was deleted is no event which hooks can have; that it begins is.
    case userDeletionBegan = "user.lifecycle.delete.initiated"
    case userLocked = "user.account.lock"
    case userUnlocked = "user.account.unlock"
    case userChanged = "user.account.update_profile"
    case memberAdded = "group.user_membership.add"
    case memberRemoved = "group.user_membership.remove"
    case groupCreated = "group.lifecycle.create"
    case groupDeleted = "group.lifecycle.delete"
    case groupChanged = "group.profile.update"
    case userAssignedToApp = "application.user_membership.add"
    case userUnassignedFromApp = "application.user_membership.remove"
    case groupAssignedToApp = "group.application_assignment.add"
    case groupUnassignedFromApp = "group.application_assignment.remove"

    /// Whether the groups that it names have to be read again, and not only the users. Of a user all groups are read, so
    /// who joined or left one need not have that group read.
    public var concernsGroups: Bool {
        switch self {
        case .groupCreated, .groupDeleted, .groupChanged: true
        default: false
        }
    }
}
