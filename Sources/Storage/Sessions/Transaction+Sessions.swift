import Access
import Directory

import struct Foundation.Date

extension Transaction {
    /// Ends the live sessions for which `condition` holds, with the connections that were opened in them, without an event of its
    /// own; how many sessions there were. Every way in which a session ends is through here.
    @discardableResult
    func endSessions(where condition: SQL, because why: String, in store: Store) throws(StoreError) -> Int {
        let live: SQL = "organisation_id = \(store.organisation.id) AND ended_at IS NULL AND \(condition)"
        try closeConnections(
            where: "session_id IN (SELECT session_id FROM session WHERE \(live))",
            because: why,
            in: store
        )
        return try run("UPDATE session SET ended_at = \(store.time), ended_because = \(why) WHERE \(live)")
    }

    /// Ends the holder's live sessions; how many there were.
    ///
    /// - Parameter throughOktaOnly: Leaves the sessions of an administrator who came in by password.
    @discardableResult
    func endSessions(
        of holder: Session.Holder,
        except kept: Session.ID? = nil,
        throughOktaOnly: Bool = false,
        because why: String,
        in store: Store
    ) throws(StoreError) -> Int {
        var conditions: [SQL] = [holder.condition]
        if let kept { conditions.append("session_id <> \(kept)") }
        if throughOktaOnly { conditions.append("through_okta_user_id IS NOT NULL") }
        return try endSessions(where: SQL.joined(conditions, by: " AND "), because: why, in: store)
    }

    /// Ends all that the user holds, without an event of its own: sessions in Accounts and Connect, with whatever refreshes
    /// them; sessions in Manager that were opened as this user of Okta; open connections; codes by which Connect could
    /// still get a session. Devices stay enrolled, and the user may sign in anew.
    ///
    /// - Parameter kept: The session in which the user asks for it, which stays.
    func endEverything(
        of user: User.ID,
        except kept: Session.ID? = nil,
        because why: String,
        in store: Store
    ) throws(StoreError) -> Ended {
        let exceptKept: SQL = kept.map { " AND session_id <> \($0)" } ?? ""
        // The connections first: a session that ends takes its own with it, and they would not be counted.
        let connections = try closeConnections(where: "okta_user_id = \(user)", because: why, in: store)
        // One after the other: for either of two columns, SQLite would look at every session there is.
        let sessions =
            try endSessions(where: "okta_user_id = \(user)\(exceptKept)", because: why, in: store)
            + endSessions(where: "through_okta_user_id = \(user)\(exceptKept)", because: why, in: store)
        // A code that was taken and not yet bound to a session goes too, and its session is never opened.
        let ofUser: SQL = "organisation_id = \(store.organisation.id) AND okta_user_id = \(user)"
        let codes =
            try run("DELETE FROM authorization_code WHERE \(ofUser)") + run("DELETE FROM device_code WHERE \(ofUser)")
        return Ended(sessions: sessions, connections: connections, codes: codes)
    }

    /// Throws where the holder may not sign in now; who they are, for the event.
    func requireMaySignIn(
        _ holder: Session.Holder,
        throughOktaUser linked: User.ID?,
        in store: Store
    ) throws(StoreError) -> Actor {
        switch holder {
        case .administrator(let id):
            let administrator = try administrator(id, in: store.organisation)
            if let linked {
                guard administrator.oktaUser == linked else {
                    throw .conflict("\(administrator.email) is linked to another user in Okta.")
                }
                if let refusal = try refusal(ofLinkedUser: linked, in: store) { throw .denied(refusal) }
                try forgetFailuresOfUnknownBrowsers(on: administrator.email, in: store.organisation)
            } else if administrator.isThroughGroup {
                throw .conflict("\(administrator.email) signs in with Okta.")
            }
            return .administrator(administrator)
        case .user(let id):
            return try .user(requireActive(id, in: store))
        }
    }

    /// What keeps an administrator from coming in as this user of Okta; nil where nothing does. A user whom we do not
    /// know is refused.
    ///
    /// Asked on each of their requests, so it reads no more than ``AccessFacts/refusalToAdministrate`` depends on.
    func refusal(ofLinkedUser id: User.ID, in store: Store) throws(StoreError) -> Decision.Refusal? {
        let query: SQL = """
            SELECT okta_user_id, status, login, email, first_name, last_name, set_by, set_at
            FROM users LEFT JOIN user_ban USING (organisation_id, okta_user_id)
            WHERE users.organisation_id = \(store.organisation.id) AND okta_user_id = \(id)
            """
        guard let row = try row(query) else { return .status(.unknown) }
        return try User(row).refusalToAdministrate(banned: Ban(row))
    }

    /// The person who holds a session, for the event of what they did.
    func actor(_ holder: Session.Holder, in organisation: Organisation) throws(StoreError) -> Actor {
        switch holder {
        case .administrator(let id): .administrator(try administrator(id, in: organisation))
        case .user(let id): .user(try user(id, in: organisation))
        }
    }

    /// The user, or ``StoreError/denied(_:)`` with what keeps them from being active.
    @discardableResult
    func requireActive(_ id: User.ID, in store: Store) throws(StoreError) -> User {
        // What decides on each site is read only to say why not.
        let active = try users(where: "okta_user_id = \(id) AND \(Standing.active.condition)", in: store.organisation)
        if let user = active.first { return user }
        guard let facts = try accessFacts(for: id, in: store) else {
            throw .notFound("There is no such user.")
        }
        throw .denied(facts.refusalForEverySite ?? .inNoChosenGroup)
    }
}
