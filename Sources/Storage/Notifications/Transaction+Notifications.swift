import Directory
import Foundation

extension Transaction {
    /// Tells administrators what a status means to them, where they were not told so already. Called in the transaction
    /// that sets the status, before it is written, also where it stays the same.
    ///
    /// What was told last is the newest notification of the synchronization. So nobody is told twice, however many runs fail in the same way
    /// and whatever passing trouble lies between; new credentials begin anew.
    func notify(
        of status: OktaIntegration.Status,
        problem: Problem?,
        before: OktaIntegration,
        in store: Store
    ) throws(StoreError) {
        let told = try lastTold(in: store)
        let toldSinceSaved = told.flatMap { $0.at >= before.savedAt ? $0.kind : nil }
        switch status {
        case .stopped:
            guard before.status != .stopped, toldSinceSaved != .stopped, let problem else { return }
            try notify(.stopped, problem: problem, in: store)
        case .warning:
            guard toldSinceSaved != .held, let problem = try heldProblem(in: store) else { return }
            try notify(.held, problem: problem, in: store)
        case .active:
            guard let told, told.kind != .recovered else { return }
            try notify(.recovered, problem: .solved(after: told.kind, told.what, at: before.domain), in: store)
        case .neverSynced: return
        }
    }

    /// Puts a notification on every channel that is on, to be sent as soon as the transaction is committed. What could
    /// not be sent before is due again too, so that what is told stays in order. Those of thirty days ago are forgotten.
    func notify(_ kind: Notification.Kind, problem: Problem, in store: Store) throws(StoreError) {
        let organisation = store.organisation.id
        let settings = try notificationSettings(in: store)
        let channels: [Notification.Channel] =
            (settings.isMailOn ? [.mail] : []) + (settings.webhookURL != nil ? [.webhook] : [])
        try run(
            """
            DELETE FROM notification
            WHERE organisation_id = \(organisation) AND created_at < \(store.time.addingTimeInterval(-30 * 86400))
            """
        )
        try run(
            """
            UPDATE notification SET next_attempt_at = \(store.time)
            WHERE organisation_id = \(organisation) AND next_attempt_at > \(store.time)
            """
        )
        for channel in channels {
            try run(
                """
                INSERT INTO notification (organisation_id, notification_id, kind, channel, what, remedy, created_at,
                    attempts, next_attempt_at)
                VALUES (\(organisation), \(Notification.ID.random()), \(kind), \(channel), \(problem.what),
                    \(problem.remedy), \(store.time), 0, \(store.time))
                """
            )
        }
    }

    private func lastTold(
        in store: Store
    ) throws(StoreError) -> (kind: Notification.Kind, what: String, at: Date)? {
        let newest: SQL = """
            SELECT kind, what, created_at FROM notification
            WHERE organisation_id = \(store.organisation.id)
                AND kind IN (\(SQL.list(Notification.Kind.ofSynchronization)))
            ORDER BY created_at DESC LIMIT 1
            """
        guard let row = try row(newest) else { return nil }
        return (try row.value("kind"), try row.text("what"), try row.date("created_at"))
    }

    /// What the run that waits for approval says; nil where none waits.
    private func heldProblem(in store: Store) throws(StoreError) -> Problem? {
        let held: SQL = """
            SELECT problem_what, problem_remedy FROM sync_run
            WHERE organisation_id = \(store.organisation.id) AND state = 'held'
            ORDER BY started_at DESC, fence DESC LIMIT 1
            """
        return try row(held).flatMap { (row) throws(StoreError) in try Problem(row) }
    }
}

extension Problem {
    /// What is told when the synchronization works again: what it was, and that there is nothing to do.
    fileprivate static func solved(after kind: Notification.Kind, _ what: String, at domain: String) -> Problem {
        Problem(
            what: kind == .held
                ? "The synchronization with \(domain) waits for no approval any more, and works."
                : "The synchronization with \(domain) works again. It had stopped: \(what)",
            remedy: "There is nothing to do."
        )
    }
}
