import Access

extension Store {
    /// The teams, by name.
    public func teams() async throws(StoreError) -> [Team] {
        let query: SQL = """
            SELECT team_id, name, is_read_only FROM team WHERE organisation_id = \(organisation.id) ORDER BY name
            """
        return try await read { (transaction) throws(StoreError) in
            var teams: [Team] = []
            for row in try transaction.rows(query) {
                let name = try row.text("name")
                try teams.append(
                    Team(
                        id: row.id("team_id"),
                        name: name,
                        isReadOnly: row.bool("is_read_only"),
                        memberCount: name == Team.oktaUsers ? transaction.countUsers(.active, in: organisation) : 0
                    )
                )
            }
            return teams
        }
    }
}
