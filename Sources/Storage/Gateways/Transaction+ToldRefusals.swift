import Foundation

extension Transaction {
    /// Whether nothing equal was refused within the last minute. Anybody can be refused as often as they like: only the first has an
    /// event.
    func isNewRefusal(_ what: String, in store: Store) throws(StoreError) -> Bool {
        let organisation = store.organisation.id
        let end = store.time.addingTimeInterval(-60)
        try run("DELETE FROM told_refusal WHERE organisation_id = \(organisation) AND told_at <= \(end)")
        return try run(
            """
            INSERT INTO told_refusal (organisation_id, what, told_at) VALUES (\(organisation), \(what), \(store.time))
            ON CONFLICT (organisation_id, what) DO NOTHING
            """
        ) > 0
    }
}
