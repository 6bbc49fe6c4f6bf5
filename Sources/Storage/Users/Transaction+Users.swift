import Directory

extension Transaction {
    /// The users for whom `condition` holds, by name.
    func users(where condition: SQL, in organisation: Organisation) throws(StoreError) -> [User] {
        var users: [User] = []
        let query: SQL = """
            SELECT okta_user_id, status, login, email, first_name, last_name FROM users
            WHERE organisation_id = \(organisation.id) AND \(condition) ORDER BY sort_name, okta_user_id
            """
        try forEach(query) { (row) throws(StoreError) in users.append(try User(row)) }
        return users
    }

    /// The user, or ``StoreError/notFound(_:)``.
    func user(_ id: User.ID, in organisation: Organisation) throws(StoreError) -> User {
        guard let user = try users(where: "okta_user_id = \(id)", in: organisation).first else {
            throw .notFound("There is no such user.")
        }
        return user
    }
}
