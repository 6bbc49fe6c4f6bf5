import Access
import Directory

extension Transaction {
    /// Ends what users hold and may not hold any more: the sessions of those who are not active, and the connections to
    /// sites that the decision denies. Every change that takes access calls this in its own transaction, after it.
    ///
    /// Sessions in Manager that an administrator opened as a user of Okta end when that user may no longer sign in, not
    /// when they leave a group, unless a group is what makes them one; those opened with a password stay.
    ///
    /// - Parameter users: Those whom the change can concern; nil for everyone.
    @discardableResult
    func endRevokedAccess(of users: Set<User.ID>? = nil, in store: Store) throws(StoreError) -> Revocations {
        if users?.isEmpty == true { return Revocations() }
        let holders = try accessHolders(among: users, in: store)
        let touched = users.map { holders.users.intersection($0) } ?? holders.users
        if touched.isEmpty { return Revocations() }
        let withoutGroup = try usersWithoutAdministratingGroup(in: store)
        var revoked: [User.ID: String] = [:]
        var revokedAdministrators: [User.ID: String] = [:]
        var closed: [String: [Connection.ID]] = [:]
        var ended: [User.ID: Revocations.Holder] = [:]
        for facts in try accessFacts(for: touched.sorted(), in: store) {
            let user = facts.user.id
            if facts.standing != .active { revoked[user] = facts.refusalForEverySite?.sentence }
            revokedAdministrators[user] =
                facts.refusalToAdministrate?.sentence ?? (withoutGroup.contains(user) ? AdministratorGroup.lost : nil)
            if let why = revoked[user] ?? revokedAdministrators[user] {
                ended[user] = Revocations.Holder(user: user, sessionsEnd: true, because: why)
            }
            for connection in holders.connections[user] ?? [] {
                guard case .denied(let refusal) = facts.decision(for: connection.site) else { continue }
                closed[refusal.sentence, default: []].append(connection.id)
                ended[user, default: Revocations.Holder(user: user, because: refusal.sentence)].sites
                    .append(connection.site)
            }
        }
        var revocations = Revocations(holders: ended.values.sorted { $0.user < $1.user })
        // The connections first: a session that ends takes its own with it, and they would not be counted.
        for (why, connections) in closed {
            revocations.connections += try closeConnections(connections, because: why, in: store)
        }
        for (why, users) in Dictionary(grouping: revoked.keys, by: { revoked[$0] ?? "" }) {
            revocations.sessions += try endSessions("okta_user_id", of: users, because: why, in: store)
        }
        for (why, users) in Dictionary(grouping: revokedAdministrators.keys, by: { revokedAdministrators[$0] ?? "" }) {
            revocations.sessions += try endSessions("through_okta_user_id", of: users, because: why, in: store)
        }
        return revocations
    }

    /// Above this many users, to read everybody is less work than to ask for each.
    private static var mostUsersToAskFor: Int { 2000 }

    /// The users who hold anything that could be taken: a session, or an open connection.
    ///
    /// - Parameter users: Whom it is asked for; nil for everyone. There may be others among the answer.
    private func accessHolders(among users: Set<User.ID>?, in store: Store) throws(StoreError) -> AccessHolders {
        var holders = AccessHolders()
        guard let users, users.count <= Self.mostUsersToAskFor else {
            try read(&holders, in: store) { "\($0) IS NOT NULL" }
            return holders
        }
        for chunk in users.sorted().chunks(of: 500).map({ SQL.list($0) }) {
            try read(&holders, in: store) { "\($0) IN (\(chunk))" }
        }
        return holders
    }

    /// - Parameter isMeant: The condition on a column with a user's id.
    private func read(
        _ holders: inout AccessHolders,
        in store: Store,
        where isMeant: (SQL) -> SQL
    ) throws(StoreError) {
        let organisation = store.organisation.id
        let sessions: SQL = """
            SELECT okta_user_id FROM session
            WHERE organisation_id = \(organisation) AND ended_at IS NULL AND \(isMeant("okta_user_id"))
            UNION
            SELECT through_okta_user_id FROM session
            WHERE organisation_id = \(organisation) AND ended_at IS NULL AND \(isMeant("through_okta_user_id"))
            """
        try forEach(sessions) { (row) throws(StoreError) in holders.users.insert(try row.id("okta_user_id")) }
        try forEach(
            """
            SELECT connection_id, okta_user_id, site_id FROM connection
            WHERE organisation_id = \(organisation) AND closed_at IS NULL AND \(isMeant("okta_user_id"))
            """
        ) { (row) throws(StoreError) in
            let user: User.ID = try row.id("okta_user_id")
            holders.users.insert(user)
            holders.connections[user, default: []].append((try row.id("connection_id"), try row.id("site_id")))
        }
    }

    /// - Parameter column: Which of a session's two users is meant.
    private func endSessions(
        _ column: SQL,
        of users: [User.ID],
        because why: String,
        in store: Store
    ) throws(StoreError) -> Int {
        var ended = 0
        for chunk in users.chunks(of: 500).map({ SQL.list($0) }) {
            ended += try endSessions(where: "\(column) IN (\(chunk))", because: why, in: store)
        }
        return ended
    }

    private func closeConnections(
        _ connections: [Connection.ID],
        because why: String,
        in store: Store
    ) throws(StoreError) -> Int {
        var closed = 0
        for chunk in connections.chunks(of: 500).map({ SQL.list($0) }) {
            closed += try closeConnections(where: "connection_id IN (\(chunk))", because: why, in: store)
        }
        return closed
    }
}

private struct AccessHolders {
    var users: Set<User.ID> = []
    var connections: [User.ID: [(id: Connection.ID, site: Site.ID)]] = [:]
}
