public import Access
public import Directory

extension Store {
    /// One page of the users that match, ordered by name. A page after the last one is read as the last one.
    public func users(_ query: UserQuery) async throws(StoreError) -> UserPage {
        let condition = query.condition(in: organisation)
        let size = max(1, query.pageSize)
        return try await read { (transaction) throws(StoreError) in
            let total = try transaction.count("SELECT COUNT(*) AS count FROM users WHERE \(condition)")
            let pageCount = max(1, (total + size - 1) / size)
            let page = min(max(1, query.page), pageCount)
            var ids: [User.ID] = []
            try transaction.forEach(
                """
                SELECT okta_user_id FROM users WHERE \(condition)
                ORDER BY sort_name, okta_user_id LIMIT \(size) OFFSET \((page - 1) * size)
                """
            ) { (row) throws(StoreError) in ids.append(try row.id("okta_user_id")) }
            let rows = try transaction.accessFacts(for: ids, in: self).map(UserRow.init(facts:))
            return UserPage(rows: rows, total: total, page: page, pageSize: size)
        }
    }

    /// How many users have each standing; an entry for each, zero included.
    public func userCounts() async throws(StoreError) -> [Standing: Int] {
        try await read { (transaction) throws(StoreError) in
            let all = try transaction.count(
                "SELECT COUNT(*) AS count FROM users WHERE organisation_id = \(organisation.id)"
            )
            let active = try transaction.countUsers(.active, in: organisation)
            let banned = try transaction.countUsers(.banned, in: organisation)
            return [.active: active, .banned: banned, .inactive: all - active - banned]
        }
    }

    /// The facts of every user, ordered by name, in a number of statements that does not grow with them.
    public func everyone() async throws(StoreError) -> [AccessFacts] {
        try await read { (transaction) throws(StoreError) in try transaction.accessFactsOfEveryone(in: self) }
    }

    public func user(_ id: User.ID) async throws(StoreError) -> User? {
        try await read { (transaction) throws(StoreError) in
            try transaction.users(where: "okta_user_id = \(id)", in: organisation).first
        }
    }

    /// The users with this e-mail or login, in any case: several where they share it, none where nobody has it.
    public func users(email: String) async throws(StoreError) -> [User] {
        let folded = Self.folded(email)
        return try await read { (transaction) throws(StoreError) in
            try transaction.users(named: [folded], in: organisation)
        }
    }

    /// Everything that decides what the user may reach; nil where there is no such user.
    public func accessFacts(for user: User.ID) async throws(StoreError) -> AccessFacts? {
        try await read { (transaction) throws(StoreError) in try transaction.accessFacts(for: user, in: self) }
    }
}

extension UserQuery {
    fileprivate func condition(in organisation: Organisation) -> SQL {
        var conditions: [SQL] = ["users.organisation_id = \(organisation.id)"]
        let words = (search ?? "").lowercased().split(whereSeparator: \.isWhitespace).prefix(8)
        for word in words.compactMap({ SearchPattern.containing(String($0)) }) {
            conditions.append("search_text LIKE \(word) ESCAPE '~'")
        }
        if let standing { conditions.append(standing.condition) }
        if let group {
            conditions.append(
                """
                users.okta_user_id IN (SELECT okta_user_id FROM okta_membership
                    WHERE organisation_id = \(organisation.id) AND okta_group_id = \(group))
                """
            )
        }
        return SQL.joined(conditions, by: " AND ")
    }
}

extension Transaction {
    func countUsers(_ standing: Standing, in organisation: Organisation) throws(StoreError) -> Int {
        try count(
            """
            SELECT COUNT(*) AS count FROM users
            WHERE users.organisation_id = \(organisation.id) AND \(standing.condition)
            """
        )
    }
}
