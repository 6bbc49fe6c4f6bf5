public import Directory
import Foundation

extension Store {
    /// The groups that are administrators, by name.
    public func administratorGroups() async throws(StoreError) -> [AdministratorGroup] {
        try await read { (transaction) throws(StoreError) in try transaction.administratorGroups(in: self) }
    }

    /// Makes the members of a chosen group administrators or viewers. A change of the role ends the sessions that came in
    /// through the group.
    ///
    /// Throws ``StoreError/conflict(_:)`` where the role is owner, the group is not chosen, or no owner has a password:
    /// with everybody else coming in through Okta, that owner is the way back in.
    public func setAdministratorGroup(
        _ group: Group.ID,
        role: Administrator.Role,
        by actor: Actor
    ) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.requireOwner(actor, in: organisation)
            guard role < .owner else { throw .conflict("An Okta group makes administrators or viewers, not owners.") }
            guard let named = try transaction.groupsOfUse(in: organisation)[group] else {
                throw .conflict(
                    "Choose the group for synchronization first: Timus knows the members of chosen groups only."
                )
            }
            try transaction.requireLocalOwner(in: organisation)
            let before = try transaction.administratorGroups(in: self).first { $0.group == group }
            guard before?.role != role else { return }
            try transaction.run(
                """
                INSERT INTO administrator_group (organisation_id, okta_group_id, role, set_by, set_at)
                VALUES (\(organisation.id), \(group), \(role), \(actor.description), \(time))
                ON CONFLICT (organisation_id, okta_group_id) DO UPDATE SET role = excluded.role,
                    set_by = excluded.set_by, set_at = excluded.set_at
                """
            )
            if before != nil {
                try transaction.endSessionsThroughGroup(group, because: "The role was changed.", in: self)
            }
            try transaction.record(
                action: "administrator.group-set",
                subject: named.name,
                old: before?.role.rawValue,
                new: role.rawValue,
                by: actor,
                in: self
            )
        }
    }

    /// Ends the rule, and the sessions of everybody who is an administrator through it alone.
    public func removeAdministratorGroup(_ group: Group.ID, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.requireOwner(actor, in: organisation)
            guard let before = try transaction.administratorGroups(in: self).first(where: { $0.group == group }) else {
                throw .notFound("That group makes nobody an administrator.")
            }
            try transaction.run(
                """
                DELETE FROM administrator_group
                WHERE organisation_id = \(organisation.id) AND okta_group_id = \(group)
                """
            )
            try transaction.endRevokedAccess(in: self)
            try transaction.record(
                action: "administrator.group-removed",
                subject: before.name ?? group.rawValue,
                old: before.role.rawValue,
                by: actor,
                in: self
            )
        }
    }

    /// Who enters Manager as this user of Okta: the administrator who is linked to it, else whom a group makes one; nil
    /// where it is nobody, and where the user may not enter now (``AccessFacts/refusalToAdministrate``). Found by Okta's user
    /// id alone. Whoever a group makes an administrator is kept as one from the first sign-in on.
    public func administratorToEnter(as user: User.ID) async throws(StoreError) -> Administrator? {
        let mayEnter = try await read { (transaction) throws(StoreError) in
            try transaction.refusal(ofLinkedUser: user, in: self) == nil
        }
        guard mayEnter else { return nil }
        if let linked = try await administrator(oktaUser: user) { return linked }
        let isGiven = try await read { (transaction) throws(StoreError) in
            try transaction.roleThroughGroups(of: user, in: organisation) != nil
        }
        guard isGiven else { return nil }
        return try await write { (transaction) throws(StoreError) in
            let linked = try transaction.administrators(where: "okta_user_id = \(user)", in: organisation).first
            if let linked, !linked.isThroughGroup { return linked }
            return try transaction.keepAdministratorThroughGroup(user, in: self)
        }
    }
}
