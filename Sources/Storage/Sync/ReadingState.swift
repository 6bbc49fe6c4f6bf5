public import Directory
public import Foundation

/// How current what is kept is: where the next reading has to begin. Times are by Okta's clock.
public struct ReadingState: Sendable {
    /// A chosen group, in Okta or not.
    public struct ChosenGroup: Sendable {
        /// Everything that had changed in its members before this time has been read; nil where they never were.
        public let readAt: Date?
        /// Whether its members have to be read, changed or not, since it was chosen after they were.
        public let isWanted: Bool
        public let hasMembers: Bool

        public init(readAt: Date?, isWanted: Bool, hasMembers: Bool) {
            self.readAt = readAt
            self.isWanted = isWanted
            self.hasMembers = hasMembers
        }
    }

    /// Everything that had changed before this time has been read; nil before the first full reading.
    public let readUntil: Date?
    public let chosen: [Group.ID: ChosenGroup]

    public init(readUntil: Date?, chosen: [Group.ID: ChosenGroup]) {
        self.readUntil = readUntil
        self.chosen = chosen
    }
}

extension Store {
    public func readingState() async throws(StoreError) -> ReadingState {
        try await read { (transaction) throws(StoreError) in
            let times = try transaction.row(
                "SELECT read_until, full_read_at FROM okta_integration WHERE organisation_id = \(organisation.id)"
            )
            let fullReadAt = try times?.optionalDate("full_read_at")
            var chosen: [Group.ID: ReadingState.ChosenGroup] = [:]
            try transaction.forEach(
                """
                SELECT okta_group_id, members_read_at, members_wanted AND missing_since IS NULL AS members_wanted, EXISTS (
                    SELECT 1 FROM okta_membership WHERE okta_membership.organisation_id = okta_group.organisation_id
                        AND okta_membership.okta_group_id = okta_group.okta_group_id) AS has_members
                FROM okta_group WHERE organisation_id = \(organisation.id) AND chosen_at IS NOT NULL
                """
            ) { (row) throws(StoreError) in
                let isWanted = try row.bool("members_wanted")
                let readAt = [try row.optionalDate("members_read_at"), fullReadAt].compactMap(\.self).max()
                chosen[try row.id("okta_group_id")] = ReadingState.ChosenGroup(
                    readAt: isWanted ? nil : readAt,
                    isWanted: isWanted,
                    hasMembers: try row.bool("has_members")
                )
            }
            return ReadingState(readUntil: try times?.optionalDate("read_until"), chosen: chosen)
        }
    }
}
