import Directory
import Foundation

extension Transaction {
    /// Notes how current the directory is after a reading.
    ///
    /// Where something waits for approval it has to be read again, so the times stay.
    func note(_ conclusion: Conclusion, in store: Store) throws(StoreError) {
        let organisation = store.organisation.id
        let stamp = conclusion.stamp
        if stamp.hasWholeCatalogue { try noteCatalogueRead(in: store) }
        for name in stamp.named.sorted() {
            try run(
                """
                INSERT INTO okta_named_reading (organisation_id, okta_id, read_at)
                VALUES (\(organisation), \(name), \(store.time))
                ON CONFLICT (organisation_id, okta_id) DO UPDATE SET read_at = excluded.read_at
                """
            )
        }
        guard conclusion.state == .succeeded else { return }
        if let readUntil = stamp.readUntil {
            // A full reading begins anew, also by a clock that was put back.
            try run(
                """
                UPDATE okta_integration SET read_until = \(readUntil)
                WHERE organisation_id = \(organisation)
                    AND (\(stamp.isFull) OR read_until IS NULL OR read_until < \(readUntil))
                """
            )
        }
        if stamp.isFull {
            try run(
                """
                UPDATE okta_group SET members_read_at = NULL
                WHERE organisation_id = \(organisation) AND members_read_at IS NOT NULL
                """
            )
            try run(
                "UPDATE okta_integration SET full_read_at = \(stamp.readUntil) WHERE organisation_id = \(organisation)"
            )
            // One that was chosen since was not read.
            try run(
                """
                UPDATE okta_group SET members_wanted = FALSE
                WHERE organisation_id = \(organisation) AND members_wanted AND chosen_at < \(conclusion.run.startedAt)
                """
            )
            try run("DELETE FROM okta_named_reading WHERE organisation_id = \(organisation)")
        }
        for (group, readAt) in stamp.membersReadAt.sorted(by: { $0.key < $1.key }) {
            try run(
                """
                UPDATE okta_group SET members_read_at = \(readAt), members_wanted = FALSE
                WHERE organisation_id = \(organisation) AND okta_group_id = \(group)
                """
            )
        }
        for group in stamp.membersDoubted.sorted() {
            try run(
                """
                UPDATE okta_group SET members_wanted = TRUE
                WHERE organisation_id = \(organisation) AND okta_group_id = \(group)
                """
            )
        }
    }

    /// Adds to the requests of this minute; what is older than a day is forgotten.
    func note(use: [String: (requests: Int, allowed: Int?)], in store: Store) throws(StoreError) {
        let organisation = store.organisation.id
        let minute = Date(timeIntervalSince1970: (store.time.timeIntervalSince1970 / 60).rounded(.down) * 60)
        for (bucket, use) in use.sorted(by: { $0.key < $1.key }) {
            try run(
                """
                INSERT INTO okta_use (organisation_id, bucket, minute, requests, allowed)
                VALUES (\(organisation), \(bucket), \(minute), \(use.requests), \(use.allowed))
                ON CONFLICT (organisation_id, bucket, minute) DO UPDATE
                SET requests = okta_use.requests + excluded.requests,
                    allowed = COALESCE(excluded.allowed, okta_use.allowed)
                """
            )
        }
        if !use.isEmpty {
            try run(
                """
                DELETE FROM okta_use
                WHERE organisation_id = \(organisation) AND minute < \(minute.addingTimeInterval(-86_400))
                """
            )
        }
    }
}
