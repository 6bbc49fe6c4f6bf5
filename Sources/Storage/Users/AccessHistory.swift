public import Directory
public import Foundation

/// Something that gave a user access, or took it, and the run through which it came.
public struct AccessHistoryEntry: Hashable, Sendable {
    public enum Act: Hashable, Sendable {
        case joined(group: String)
        case left(group: String)
        case status(before: User.Status, now: User.Status)
    }

    public let at: Date
    public let act: Act
    /// nil where no run did it (an administrator took the group out of the choice, the integration was disabled), or where
    /// the run is no longer in the history.
    public let run: SyncRun.ID?
}

extension Store {
    /// When and through which run a user's access came or went, the newest first; as far back as the history is kept.
    public func accessHistory(of user: User.ID) async throws(StoreError) -> [AccessHistoryEntry] {
        let organisation = organisation.id
        return try await read { (transaction) throws(StoreError) in
            var entries: [AccessHistoryEntry] = []
            try transaction.forEach(
                """
                SELECT act, at, detail, other, sync_run_id FROM (
                    SELECT 'joined' AS act, joined_at AS at, okta_group.name AS detail, NULL AS other, joined_run AS fence
                    FROM okta_membership JOIN okta_group ON okta_group.organisation_id = okta_membership.organisation_id
                        AND okta_group.okta_group_id = okta_membership.okta_group_id
                    WHERE okta_membership.organisation_id = \(organisation) AND okta_user_id = \(user)
                        AND joined_at IS NOT NULL
                    UNION ALL
                    SELECT 'joined', joined_at, group_name, NULL, joined_run FROM past_membership
                    WHERE organisation_id = \(organisation) AND okta_user_id = \(user) AND joined_at IS NOT NULL
                    UNION ALL
                    SELECT 'left', left_at, group_name, NULL, left_run FROM past_membership
                    WHERE organisation_id = \(organisation) AND okta_user_id = \(user)
                    UNION ALL
                    SELECT 'status', changed_at, status, status_before, run FROM status_change
                    WHERE organisation_id = \(organisation) AND okta_user_id = \(user)
                ) AS entry
                LEFT JOIN sync_run ON sync_run.organisation_id = \(organisation) AND sync_run.fence = entry.fence
                    AND sync_run.started_at <= entry.at AND sync_run.finished_at >= entry.at
                ORDER BY at DESC
                """
            ) { (row) throws(StoreError) in entries.append(try AccessHistoryEntry(row)) }
            return entries
        }
    }
}

extension AccessHistoryEntry {
    fileprivate init(_ row: Row) throws(StoreError) {
        let detail = try row.text("detail")
        let act: Act =
            switch try row.text("act") {
            case "joined": .joined(group: detail)
            case "left": .left(group: detail)
            default: .status(before: User.Status(okta: try row.text("other")), now: User.Status(okta: detail))
            }
        self.init(at: try row.date("at"), act: act, run: try row.optionalID("sync_run_id"))
    }
}
