import Directory
import Foundation

extension Transaction {
    /// How long the history of runs, of memberships and connections that ended and of statuses is kept.
    static var historyDays: Int { 90 }

    /// Ends memberships, and keeps what they were in the history.
    func end(_ left: [Membership], fence: Int64?, in store: Store) throws(StoreError) {
        guard !left.isEmpty else { return }
        let organisation = SQLValue.text(store.organisation.id.rawValue)
        let rows = BulkRows(
            table: "okta_membership",
            columns: ["organisation_id", "okta_group_id", "okta_user_id"],
            of: left
        ) { [organisation, .text($0.group.rawValue), .text($0.user.rawValue)] }
        try staging(rows) { () throws(StoreError) in
            let those: SQL = """
                (okta_membership.organisation_id, okta_membership.okta_group_id, okta_membership.okta_user_id)
                    IN (SELECT organisation_id, okta_group_id, okta_user_id FROM staged)
                """
            try keepInHistory(those, fence: fence, in: store)
            try run("DELETE FROM okta_membership WHERE \(those)")
        }
    }

    /// Copies memberships that are about to end into the history.
    ///
    /// - Parameter condition: On `okta_membership`.
    func keepInHistory(_ condition: SQL, fence: Int64?, in store: Store) throws(StoreError) {
        try run(
            """
            INSERT INTO past_membership (organisation_id, okta_user_id, okta_group_id, group_name, joined_at, joined_run,
                left_at, left_run)
            SELECT okta_membership.organisation_id, okta_user_id, okta_membership.okta_group_id, name, joined_at,
                joined_run, \(store.time), \(fence)
            FROM okta_membership JOIN okta_group ON okta_group.organisation_id = okta_membership.organisation_id
                AND okta_group.okta_group_id = okta_membership.okta_group_id
            WHERE \(condition)
            """
        )
    }

    /// Keeps which of the users have another status now than they are about to have.
    func noteStatusChanges(of users: [User], fence: Int64?, in store: Store) throws(StoreError) {
        var before: [User.ID: User.Status] = [:]
        for chunk in users.map(\.id).chunks(of: 500) {
            try forEach(
                """
                SELECT okta_user_id, status FROM users
                WHERE organisation_id = \(store.organisation.id) AND okta_user_id IN (\(SQL.list(chunk)))
                """
            ) { (row) throws(StoreError) in
                before[try row.id("okta_user_id")] = User.Status(okta: try row.text("status"))
            }
        }
        let organisation = SQLValue.text(store.organisation.id.rawValue)
        let (time, run) = (store.time.sqlValue, fence.sqlValue)
        let changed = users.compactMap { user in
            before[user.id].flatMap { $0 == user.status ? nil : (user: user, before: $0) }
        }
        try insert(
            BulkRows(
                table: "status_change",
                columns: ["organisation_id", "okta_user_id", "status_before", "status", "changed_at", "run"],
                of: changed
            ) { change in
                [
                    organisation, .text(change.user.id.rawValue), .text(change.before.rawValue),
                    .text(change.user.status.rawValue), time, run,
                ]
            }
        )
    }

    /// Forgets what is older than the history is kept, but for a run that still waits for an answer. A removed site goes after its
    /// connections, which all were closed by then; of closed ones, what gateways reported goes at once.
    func trimHistory(in store: Store) throws(StoreError) {
        let end = store.time.addingTimeInterval(TimeInterval(-Self.historyDays * 86_400))
        let organisation = store.organisation.id
        try run(
            """
            DELETE FROM sync_run
            WHERE organisation_id = \(organisation) AND started_at < \(end) AND state NOT IN ('held', 'running')
            """
        )
        try run("DELETE FROM past_membership WHERE organisation_id = \(organisation) AND left_at < \(end)")
        try run("DELETE FROM connection WHERE organisation_id = \(organisation) AND closed_at < \(end)")
        try run("DELETE FROM site WHERE organisation_id = \(organisation) AND removed_at < \(end)")
        try run(
            """
            DELETE FROM peer_use WHERE organisation_id = \(organisation) AND connection_id NOT IN (
                SELECT connection_id FROM connection WHERE organisation_id = \(organisation) AND closed_at IS NULL)
            """
        )
        try run("DELETE FROM former_gateway WHERE organisation_id = \(organisation) AND lease_ends_at <= \(store.time)")
        try run("DELETE FROM status_change WHERE organisation_id = \(organisation) AND changed_at < \(end)")
    }
}
