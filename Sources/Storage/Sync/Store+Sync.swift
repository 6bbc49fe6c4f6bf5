public import Directory
import Foundation

extension Store {
    /// What is kept: the groups that Okta has, every user ever seen, and the members of the chosen groups.
    public func snapshot() async throws(StoreError) -> Snapshot {
        try await read { (transaction) throws(StoreError) in
            var snapshot = Snapshot(groups: try transaction.keptCatalogue(in: organisation).groups)
            for group in try transaction.groupsOfUse(in: organisation).keys { snapshot.members[group] = [] }
            try transaction.forEachOfMany(
                "SELECT \(User.columns) FROM users WHERE organisation_id = \(organisation.id)"
            ) { (row) throws(StoreError) in
                let user = try User(row)
                snapshot.users[user.id] = user
            }
            try transaction.forEachOfMany(
                "SELECT okta_group_id, okta_user_id FROM okta_membership WHERE organisation_id = \(organisation.id)"
            ) { (row) throws(StoreError) in
                snapshot.members[try row.id("okta_group_id")]?.insert(try row.id("okta_user_id"))
            }
            return snapshot
        }
    }

    /// Ends a run, in one transaction: makes what is kept what Okta says, ends the sessions and connections of those who
    /// lose their access by it, and notes the run, how current the directory is, and when the next run is due.
    ///
    /// Left out of the changes are memberships of groups that were let go since the plan was made, and what was read by
    /// name since the run began: that is newer. A run that found nothing to do and was asked for by the clock leaves
    /// no row in the history.
    ///
    /// - Throws: ``StoreError/leaseLost`` where another server has taken over: then nothing is written.
    /// - Returns: The run as it is kept, or would be.
    @discardableResult
    public func conclude(_ conclusion: Conclusion, lease: Lease) async throws(StoreError) -> SyncRun {
        try await write { (transaction) throws(StoreError) in
            var conclusion = conclusion
            if conclusion.state != .failed { _ = try transaction.enabledOktaIntegration(in: self) }
            try transaction.requireHeld(lease, in: self)
            try transaction.giveUpWhereOvertaken(&conclusion, in: self)
            if conclusion.state != .failed {
                try transaction.leaveOutWhatWasReadSince(&conclusion, in: self)
                let applied = try transaction.apply(conclusion, fence: lease.fence, in: self)
                conclusion.counts.add(conclusion.changes, applied)
                try transaction.note(conclusion, in: self)
            }
            let run = conclusion.finishedRun(at: time)
            if !conclusion.isQuiet { try transaction.write(run, fence: lease.fence, in: self) }
            try transaction.settleEarlierRuns(after: conclusion, in: self)
            try transaction.note(use: conclusion.stamp.use, in: self)
            try transaction.noteSync(conclusion, in: self)
            try transaction.release(lease, in: self)
            try transaction.schedule(after: conclusion, in: self)
            return run
        }
    }

    /// What applying the changes would end. Nothing is written.
    public func costs(of changes: Changes) async throws(StoreError) -> AppliedChanges {
        try await write { (transaction) throws(StoreError) in
            try transaction.undoing { (transaction) throws(StoreError) in
                try transaction.apply(changes, stamp: ReadingStamp(), fence: nil, in: self)
            }
        }
    }
}

extension Conclusion {
    fileprivate func finishedRun(at time: Date) -> SyncRun {
        SyncRun(
            id: run.id,
            mode: run.mode,
            trigger: run.trigger,
            requestedBy: run.requestedBy,
            startedAt: run.startedAt,
            finishedAt: time,
            state: state,
            counts: counts,
            progress: nil,
            problem: problem,
            warnings: warnings,
            changes: state == .held ? plan : nil
        )
    }
}

extension SyncCounts {
    fileprivate mutating func add(_ changes: Changes, _ applied: AppliedChanges) {
        usersAdded = changes.addedUsers.count
        usersChanged = changes.changedUsers.count
        usersLeft = applied.usersLeft.count
        membershipsAdded = changes.joined.count
        membershipsRemoved = changes.left.count
        groupsMissing = changes.missingGroups.count
        sessionsEnded = applied.revocations.sessions
        connectionsEnded = applied.revocations.connections
    }
}

extension Transaction {
    /// Applies what the run changes, with the event that says so; nothing where it changes nothing.
    fileprivate func apply(
        _ conclusion: Conclusion,
        fence: Int64,
        in store: Store
    ) throws(StoreError) -> AppliedChanges {
        let applied = try apply(conclusion.changes, stamp: conclusion.stamp, fence: fence, in: store)
        if !conclusion.changes.isEmpty {
            try record(
                action: "sync.applied",
                subject: "Okta",
                new: conclusion.changes.summary(applied.revocations),
                by: .sync(conclusion.run.id),
                in: store
            )
        }
        return applied
    }

    /// Takes out of the changes what an event made this server, or another, read by name since the run began.
    private func namedSince(_ start: Date, in store: Store) throws(StoreError) -> Set<String> {
        var named: Set<String> = []
        try forEach(
            """
            SELECT okta_id FROM okta_named_reading
            WHERE organisation_id = \(store.organisation.id) AND read_at >= \(start.addingTimeInterval(-Self.skew))
            """
        ) { (row) throws(StoreError) in named.insert(try row.text("okta_id")) }
        return named
    }

    fileprivate func leaveOutWhatWasReadSince(_ conclusion: inout Conclusion, in store: Store) throws(StoreError) {
        guard conclusion.run.mode != .events else { return }
        let named = try namedSince(conclusion.run.startedAt, in: store)
        guard !named.isEmpty else { return }
        for group in conclusion.changes.leaveOut(named) {
            conclusion.stamp.membersReadAt[group] = nil
            conclusion.stamp.membersDoubted.insert(group)
        }
    }

    /// What was read by name is older than what a sync brought that ended since: it is read again with what changed.
    fileprivate func giveUpWhereOvertaken(_ conclusion: inout Conclusion, in store: Store) throws(StoreError) {
        guard conclusion.run.mode == .events, conclusion.state != .failed,
            let lastSyncAt = try oktaIntegration(in: store)?.lastSyncAt,
            lastSyncAt > conclusion.run.startedAt
        else { return }
        conclusion.state = .dismissed
        conclusion.changes = Changes()
        conclusion.plan = nil
        conclusion.stamp.named = []
    }

    /// Seconds by which the clocks of two servers may differ.
    private static var skew: TimeInterval { 1 }
}

extension Changes {
    /// Leaves out what concerns these users and groups, by Okta's ids.
    ///
    /// - Returns: The groups of memberships that were left out: their members have to be read again.
    fileprivate mutating func leaveOut(_ named: Set<String>) -> Set<Group.ID> {
        let groupsLeftOut = (joined + left).filter { named.contains($0.user.rawValue) }.map(\.group)
        groups.removeAll { named.contains($0.id.rawValue) }
        missingGroups.removeAll { named.contains($0.rawValue) }
        changedUsers.removeAll { named.contains($0.id.rawValue) }
        joined.removeAll { named.contains($0.user.rawValue) }
        left.removeAll { named.contains($0.user.rawValue) }
        // One who is new to both: the rows are there already, or wait for the next reading.
        addedUsers.removeAll { named.contains($0.id.rawValue) }
        return Set(groupsLeftOut)
    }

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
