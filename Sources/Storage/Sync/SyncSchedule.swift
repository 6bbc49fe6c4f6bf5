public import Foundation

/// When the organisation is synchronized next.
public struct SyncSchedule: Hashable, Sendable {
    /// What changed in Okta, with or without the catalogue.
    public let nextLookAt: Date
    public let nextFullAt: Date
}

extension Store {
    /// nil while nothing is synchronized: *Synchronization Status* is off, or there is no integration.
    public func syncSchedule() async throws(StoreError) -> SyncSchedule? {
        try await read { (transaction) throws(StoreError) in
            let query: SQL = """
                SELECT full_at, catalogue_at, incremental_at FROM sync_schedule WHERE organisation_id = \(organisation.id)
                """
            guard let row = try transaction.row(query) else { return nil }
            return SyncSchedule(
                nextLookAt: min(try row.date("incremental_at"), try row.date("catalogue_at")),
                nextFullAt: try row.date("full_at")
            )
        }
    }
}
