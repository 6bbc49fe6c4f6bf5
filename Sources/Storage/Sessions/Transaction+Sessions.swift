import Access
import Directory

import struct Foundation.Date

extension Transaction {
    /// Ends the holder's live sessions, without an event of its own; how many there were.
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
        var conditions: [SQL] = ["organisation_id = \(store.organisation.id)", holder.condition, "ended_at IS NULL"]
        if let kept { conditions.append("session_id <> \(kept)") }
        if throughOktaOnly { conditions.append("through_okta_user_id IS NOT NULL") }
        return try run(
            """
            UPDATE session SET ended_at = \(store.time), ended_because = \(why)
            WHERE \(SQL.joined(conditions, by: " AND "))
            """
        )
    }

    func endSession(_ id: Session.ID, because why: String, in store: Store) throws(StoreError) {
        try run(
            """
            UPDATE session SET ended_at = \(store.time), ended_because = \(why)
            WHERE organisation_id = \(store.organisation.id) AND session_id = \(id) AND ended_at IS NULL
            """
        )
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
            }
            return .administrator(administrator)
        case .user(let id):
            return try .user(id, email: requireActive(id, in: store).login)
        }
    }

    /// What keeps an administrator from coming in as this user of Okta; nil where nothing does. A user whom we do not
    /// know is refused.
    func refusal(ofLinkedUser id: User.ID, in store: Store) throws(StoreError) -> Decision.Refusal? {
        guard let facts = try accessFacts(for: id, in: store) else { return .status(.unknown) }
        return facts.refusalToAdministrate
    }

    /// The user, or ``StoreError/denied(_:)`` with what keeps them from being active.
    @discardableResult
    func requireActive(_ id: User.ID, in store: Store) throws(StoreError) -> User {
        guard let facts = try accessFacts(for: id, in: store) else {
            throw .notFound("There is no such user.")
        }
        if facts.standing != .active, let refusal = facts.refusalForEverySite { throw .denied(refusal) }
        return facts.user
    }
}
