public import Directory
import Foundation

extension Store {
    /// What the last sync left: the groups that Okta has, every user ever seen, and the members of the chosen groups.
    public func snapshot() async throws(StoreError) -> Snapshot {
        try await read { (transaction) throws(StoreError) in
            var snapshot = Snapshot(groups: try transaction.keptCatalogue(in: organisation).groups)
            for group in try transaction.groupsOfUse(in: organisation).keys { snapshot.members[group] = [] }
            try transaction.forEach(
                """
                SELECT okta_user_id, status, login, email, first_name, last_name FROM users
                WHERE organisation_id = \(organisation.id)
                """
            ) { (row) throws(StoreError) in
                let user = try User(row)
                snapshot.users[user.id] = user
            }
            try transaction.forEach(
                "SELECT okta_group_id, okta_user_id FROM okta_membership WHERE organisation_id = \(organisation.id)"
            ) { (row) throws(StoreError) in
                snapshot.members[try row.id("okta_group_id")]?.insert(try row.id("okta_user_id"))
            }
            return snapshot
        }
    }

    /// Makes what is kept what Okta says, in one transaction, and ends the sessions and connections of those who lose
    /// their access by it. An empty plan writes nothing but that the catalogue was read.
    ///
    /// Memberships of groups that were let go since the plan was made are left out.
    ///
    /// - Parameter memberCounts: What Okta counts in each group; the count of a group without an entry stays.
    /// - Throws: ``StoreError/leaseLost`` where another server has taken over: then nothing is written.
    public func apply(
        _ changes: Changes,
        lease: Lease,
        memberCounts: [Group.ID: Int] = [:]
    ) async throws(StoreError) -> Revocations {
        try await write { (transaction) throws(StoreError) in
            _ = try transaction.enabledOktaIntegration(in: self)
            try transaction.requireHeld(lease, in: self)
            let revocations = try transaction.apply(changes, memberCounts: memberCounts, in: self)
            try transaction.noteCatalogueRead(in: self)
            if !changes.isEmpty {
                let run = try transaction.runningRun(under: lease, in: self)
                try transaction.record(
                    action: "sync.applied",
                    subject: "Okta",
                    new: changes.summary(revocations),
                    by: run.map { .sync($0) } ?? .system,
                    in: self
                )
            }
            return revocations
        }
    }

    /// What ``apply(_:lease:memberCounts:)`` would end. Nothing is written.
    public func costs(of changes: Changes) async throws(StoreError) -> Revocations {
        try await write { (transaction) throws(StoreError) in
            try transaction.undoing { (transaction) throws(StoreError) in
                try transaction.apply(changes, memberCounts: [:], in: self)
            }
        }
    }
}

extension Transaction {
    fileprivate func runningRun(under lease: Lease, in store: Store) throws(StoreError) -> SyncRun.ID? {
        let query: SQL = """
            SELECT sync_run_id FROM sync_run
            WHERE organisation_id = \(store.organisation.id) AND state = 'running' AND fence = \(lease.fence)
            """
        return try row(query)?.id("sync_run_id")
    }
}

extension Changes {
    /// `2 users added, 1 changed; 3 memberships added, 1 removed; …`, for the event.
    fileprivate func summary(_ revocations: Revocations) -> String {
        """
        \(addedUsers.count) users added, \(changedUsers.count) changed; \
        \(joined.count) memberships added, \(left.count) removed; \
        \(groups.count) groups changed, \(missingGroups.count) missing; \
        \(revocations.sessions) sessions and \(revocations.connections) connections ended
        """
    }
}
