extension Administrator {
    /// What ``init(_:)`` reads.
    static let columns: SQL = """
        administrator_id, email, name, CASE WHEN through_group THEN \(roleThroughGroups) ELSE role END AS role,
        okta_user_id, password_hash IS NOT NULL AS has_password, created_at, through_group,
        \(secondFactorState) AS second_factor
        """

    /// Whether a row of `administrator` is of one now: who came in through a group is none without it.
    static let isAdministrator: SQL = "(NOT through_group OR \(roleThroughGroups) IS NOT NULL)"

    init(_ row: Row) throws(StoreError) {
        try self.init(
            id: row.id("administrator_id"),
            email: row.text("email"),
            name: row.optionalText("name"),
            role: row.value("role"),
            oktaUser: row.optionalID("okta_user_id"),
            hasPassword: row.bool("has_password"),
            createdAt: row.date("created_at"),
            isThroughGroup: row.bool("through_group"),
            secondFactor: row.value("second_factor")
        )
    }

    private static let roleThroughGroups: SQL = AdministratorGroup.role(
        organisation: "administrator.organisation_id",
        user: "administrator.okta_user_id"
    )

    private static let secondFactorState: SQL = """
        COALESCE((SELECT CASE WHEN recovered_at IS NULL THEN 'on' ELSE 'recovered' END FROM second_factor
            WHERE second_factor.organisation_id = administrator.organisation_id
                AND second_factor.administrator_id = administrator.administrator_id
                AND confirmed_at IS NOT NULL), 'off')
        """
}
