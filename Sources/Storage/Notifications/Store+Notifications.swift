public import Directory
public import Foundation

extension Store {
    /// How long a server has a notification that it took to itself: longer than sending one may take.
    private static let secondsTaken: TimeInterval = 180

    /// The organisations of the whole database that have notifications of a channel to be sent now.
    public func organisationsWithDueNotifications(
        on channel: Notification.Channel
    ) async throws(StoreError) -> [Store] {
        try await read { (transaction) throws(StoreError) in
            let rows = try transaction.rows(
                """
                SELECT DISTINCT organisation_id FROM notification
                WHERE channel = \(channel) AND next_attempt_at <= \(time)
                    AND (taken_until IS NULL OR taken_until <= \(time))
                """
            )
            return try rows.map { (row) throws(StoreError) in
                try transaction.store(of: try row.id("organisation_id"), like: self)
            }
        }
    }

    /// Takes notifications of a channel that are to be sent now, the oldest first. For three minutes no other server
    /// gets them; after that they count as not sent, so each is sent at least once.
    public func takeDueNotifications(
        on channel: Notification.Channel,
        limit: Int = 4
    ) async throws(StoreError) -> [Notification] {
        try await write { (transaction) throws(StoreError) in
            let due = try transaction.due(channel, limit, in: self)
            try transaction.run(
                """
                UPDATE notification SET taken_until = \(time.addingTimeInterval(Self.secondsTaken))
                WHERE organisation_id = \(organisation.id) AND notification_id IN (\(SQL.list(due.map(\.id))))
                """
            )
            return due
        }
    }

    public func markSent(_ notification: Notification.ID) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.run(
                """
                UPDATE notification SET sent_at = \(time), next_attempt_at = NULL, taken_until = NULL
                WHERE organisation_id = \(organisation.id) AND notification_id = \(notification)
                """
            )
        }
    }

    /// Notes a failure.
    ///
    /// - Parameters:
    ///   - error: A sentence for the administrator, without a secret.
    ///   - retryAt: When to try again; nil for not at all.
    public func markFailed(
        _ notification: Notification.ID,
        error: String,
        retryAt: Date?
    ) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.run(
                """
                UPDATE notification SET attempts = attempts + 1, last_error = \(error), taken_until = NULL,
                    next_attempt_at = CASE WHEN next_attempt_at IS NULL THEN NULL ELSE \(retryAt) END
                WHERE organisation_id = \(organisation.id) AND notification_id = \(notification)
                """
            )
        }
    }

    /// The newest first.
    public func notifications(limit: Int = 10) async throws(StoreError) -> [Notification] {
        try await read { (transaction) throws(StoreError) in
            var found: [Notification] = []
            try transaction.forEach(
                """
                SELECT \(Notification.columns) FROM notification WHERE organisation_id = \(organisation.id)
                ORDER BY created_at DESC, channel LIMIT \(limit)
                """
            ) { (row) throws(StoreError) in found.append(try Notification(row)) }
            return found
        }
    }

    /// The e-mail addresses of those who can do something: owners and administrators, not viewers.
    public func notificationRecipients() async throws(StoreError) -> [String] {
        try await read { (transaction) throws(StoreError) in
            try transaction.administrators(where: "role IN ('owner', 'administrator')", in: organisation).map(\.email)
        }
    }
}

extension Transaction {
    fileprivate func due(
        _ channel: Notification.Channel,
        _ limit: Int,
        in store: Store
    ) throws(StoreError) -> [Notification] {
        var due: [Notification] = []
        try forEach(
            """
            SELECT \(Notification.columns) FROM notification
            WHERE organisation_id = \(store.organisation.id) AND channel = \(channel)
                AND next_attempt_at <= \(store.time) AND (taken_until IS NULL OR taken_until <= \(store.time))
            ORDER BY created_at, notification_id LIMIT \(limit)
            """
        ) { (row) throws(StoreError) in due.append(try Notification(row)) }
        return due
    }
}
