import Directory
import Foundation

extension Store {
    /// Ends the sessions in Connect that ran out with a connection open, and closes what is open without a session; how many
    /// connections that closed. Called every few seconds: it only reads where there is nothing.
    @discardableResult
    public func closeExpiredConnections() async throws(StoreError) -> Int {
        guard
            try await read({ (transaction) throws(StoreError) in
                try transaction.row(expired) != nil
            })
        else { return 0 }
        return try await write { (transaction) throws(StoreError) in
            var closed = 0
            let ended = try transaction.sessionsThatRanOut(in: self)
            for (why, sessions) in Dictionary(grouping: ended, by: \.why) {
                for chunk in sessions.map(\.session.id).chunks(of: 500) {
                    let those: SQL = "session_id IN (\(SQL.list(chunk)))"
                    closed += try transaction.closeConnections(where: those, because: why, in: self)
                    try transaction.endSessions(where: those, because: why, in: self)
                }
            }
            for (session, login, why) in ended {
                try transaction.record(
                    action: "session.ended",
                    subject: login,
                    old: session.summary,
                    new: why,
                    by: .system,
                    in: self
                )
            }
            let withoutSession: SQL = """
                NOT EXISTS (
                    SELECT 1 FROM session
                    WHERE session.organisation_id = connection.organisation_id
                        AND session.session_id = connection.session_id AND ended_at IS NULL)
                """
            return try closed
                + transaction.closeConnections(where: withoutSession, because: "Its session has ended.", in: self)
        }
    }

    /// A row where there is such a connection.
    private var expired: SQL {
        """
        SELECT 1 AS one FROM connection
        LEFT JOIN session ON session.organisation_id = connection.organisation_id
            AND session.session_id = connection.session_id
        WHERE connection.organisation_id = \(organisation.id) AND closed_at IS NULL
            AND (session.session_id IS NULL OR ended_at IS NOT NULL OR \(Session.hasRunOut(at: time)))
        LIMIT 1
        """
    }
}

extension Session {
    /// Holds for the rows of `session` in Connect that have reached a limit: ``limitReached(at:)``.
    static func hasRunOut(at time: Date) -> SQL {
        let idle = time.addingTimeInterval(-Double(Kind.connect.idleLimit))
        return "(expires_at <= \(time) OR session.last_seen_at <= \(idle))"
    }
}

extension Transaction {
    fileprivate func sessionsThatRanOut(
        in store: Store
    ) throws(StoreError) -> [(session: Session, login: String, why: String)] {
        var found: [(Session, String, String)] = []
        try forEach(
            """
            SELECT \(Session.columns), login FROM session
            JOIN users ON users.organisation_id = session.organisation_id
                AND users.okta_user_id = session.okta_user_id
            WHERE session.organisation_id = \(store.organisation.id) AND ended_at IS NULL AND kind = 'connect'
                AND \(Session.hasRunOut(at: store.time)) AND EXISTS (
                    SELECT 1 FROM connection
                    WHERE connection.organisation_id = session.organisation_id
                        AND connection.session_id = session.session_id AND closed_at IS NULL)
            ORDER BY session.session_id
            """
        ) { (row) throws(StoreError) in
            let session = try Session(row)
            guard let why = session.limitReached(at: store.time) else { return }
            found.append((session, try row.text("login"), why))
        }
        return found
    }
}
