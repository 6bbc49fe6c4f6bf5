public import Directory

extension Store {
    /// Refuses the user, whatever Okta says, and ends their sessions and connections at once. A user banned already
    /// stays banned by whom they were.
    public func ban(_ user: User.ID, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let banned = try transaction.user(user, in: organisation)
            let added = try transaction.run(
                """
                INSERT INTO user_ban (organisation_id, okta_user_id, set_by, set_at)
                VALUES (\(organisation.id), \(user), \(actor.description), \(time))
                ON CONFLICT (organisation_id, okta_user_id) DO NOTHING
                """
            )
            guard added == 1 else { return }
            try transaction.endRevokedAccess(of: [user], in: self)
            try transaction.record(
                action: "user.banned",
                subject: banned.login,
                old: "not banned",
                new: "banned",
                by: actor,
                in: self
            )
        }
    }

    /// Takes a ban back. What it ended stays ended: the user signs in anew.
    public func unban(_ user: User.ID, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let banned = try transaction.user(user, in: organisation)
            let removed = try transaction.run(
                "DELETE FROM user_ban WHERE organisation_id = \(organisation.id) AND okta_user_id = \(user)"
            )
            guard removed == 1 else { return }
            try transaction.record(
                action: "user.unbanned",
                subject: banned.login,
                old: "banned",
                new: "not banned",
                by: actor,
                in: self
            )
        }
    }
}
