extension Administrator {
    /// What ``init(_:)`` reads.
    static let columns: SQL = """
        administrator_id, email, name, role, okta_user_id, password_hash IS NOT NULL AS has_password, created_at
        """

    init(_ row: Row) throws(StoreError) {
        try self.init(
            id: row.id("administrator_id"),
            email: row.text("email"),
            name: row.optionalText("name"),
            role: row.value("role"),
            oktaUser: row.optionalID("okta_user_id"),
            hasPassword: row.bool("has_password"),
            createdAt: row.date("created_at")
        )
    }
}
