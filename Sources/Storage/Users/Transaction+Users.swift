import Directory

extension Transaction {
    /// The few users for whom `condition` holds, by name.
    func users(where condition: SQL, in organisation: Organisation) throws(StoreError) -> [User] {
        var users: [(sortName: String, user: User)] = []
        // Sorted here: asked for an order, SQLite goes through all users in it instead of finding those few.
        let query: SQL = """
            SELECT okta_user_id, status, login, email, first_name, last_name, sort_name FROM users
            WHERE organisation_id = \(organisation.id) AND \(condition)
            """
        try forEach(query) { (row) throws(StoreError) in users.append((try row.text("sort_name"), try User(row))) }
        return users.sorted { ($0.sortName, $0.user.id) < ($1.sortName, $1.user.id) }.map(\.user)
    }

    /// The users with one of these names as e-mail, and then those with one as Okta username. The names are folded.
    func users(named names: [String], in organisation: Organisation) throws(StoreError) -> [User] {
        // Two statements, always both: of one with OR, SQLite makes a search through everybody.
        let byEmail = try users(where: "folded_email IN (\(SQL.list(names)))", in: organisation)
        let byLogin = try users(where: "folded_login IN (\(SQL.list(names)))", in: organisation)
        let found = Set(byEmail.map(\.id))
        return byEmail + byLogin.filter { !found.contains($0.id) }
    }

    /// The user, or ``StoreError/notFound(_:)``.
    func user(_ id: User.ID, in organisation: Organisation) throws(StoreError) -> User {
        guard let user = try users(where: "okta_user_id = \(id)", in: organisation).first else {
            throw .notFound("There is no such user.")
        }
        return user
    }
}
