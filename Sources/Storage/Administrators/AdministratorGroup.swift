public import Directory

public import struct Foundation.Date

/// The rule that an Okta group is administrators: its active members enter Manager through Okta, with a role.
public struct AdministratorGroup: Hashable, Sendable {
    public let group: Group.ID
    /// nil where Okta does not have the group any more.
    public let name: String?
    /// ``Administrator/Role/administrator`` or ``Administrator/Role/viewer``.
    public let role: Administrator.Role
    /// Whether the group is chosen, Okta has it and the integration is enabled. The rule gives nothing otherwise.
    public let isInForce: Bool
    public let setBy: String
    public let setAt: Date
}

extension AdministratorGroup {
    /// Why a session that came in through a group ends with it.
    static let lost = "No Okta group makes this person an administrator any more."

    /// The role that the groups of a user give now; `NULL` for none. Who is banned, or has a status in Okta that keeps no
    /// access, has none.
    static func role(organisation: SQL, user: SQL) -> SQL {
        // Of the two, the role that may do more comes first in the alphabet.
        """
        (SELECT MIN(administrator_group.role) FROM administrator_group
            JOIN okta_group USING (organisation_id, okta_group_id)
            JOIN okta_membership USING (organisation_id, okta_group_id)
            JOIN users USING (organisation_id, okta_user_id)
            JOIN okta_integration USING (organisation_id)
            WHERE administrator_group.organisation_id = \(organisation) AND okta_membership.okta_user_id = \(user)
                AND okta_group.chosen_at IS NOT NULL AND okta_group.missing_since IS NULL
                AND okta_integration.is_enabled
                AND users.status IN (\(SQL.list(User.Status.allCases.filter(\.keepsAccess))))
                AND NOT EXISTS (SELECT 1 FROM user_ban WHERE user_ban.organisation_id = users.organisation_id
                    AND user_ban.okta_user_id = users.okta_user_id))
        """
    }
}
