import Directory

extension Session {
    /// What ``init(_:)`` reads.
    static let columns: SQL = """
        session_id, administrator_id, session.okta_user_id AS session_user_id, through_okta_user_id, kind, user_agent,
        address, session.created_at, COALESCE(authenticated_at, session.created_at) AS authenticated_at,
        last_seen_at, expires_at, token_expires_at, token_used_at
        """

    init(_ row: Row) throws(StoreError) {
        let holder: Holder
        if let administrator: Administrator.ID = try row.optionalID("administrator_id") {
            holder = .administrator(administrator)
        } else {
            holder = try .user(row.id("session_user_id"))
        }
        try self.init(
            id: row.id("session_id"),
            holder: holder,
            kind: row.value("kind"),
            createdAt: row.date("created_at"),
            authenticatedAt: row.date("authenticated_at"),
            lastSeenAt: row.date("last_seen_at"),
            expiresAt: row.date("expires_at"),
            userAgent: row.text("user_agent").nilIfEmpty,
            address: row.text("address").nilIfEmpty,
            throughOktaUser: row.optionalID("through_okta_user_id"),
            tokenExpiresAt: row.optionalDate("token_expires_at"),
            isTokenUsed: row.optionalDate("token_used_at") != nil
        )
    }
}

extension Session.Holder {
    /// The rows of `session` that are the holder's.
    var condition: SQL {
        switch self {
        case .administrator(let id): "administrator_id = \(id)"
        case .user(let id): "session.okta_user_id = \(id)"
        }
    }
}

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
