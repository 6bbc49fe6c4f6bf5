/// One page of the history of runs.
public struct SyncHistoryPage: Sendable {
    /// The newest first, without the plans of those that are held.
    public let runs: [SyncRun]
    public let total: Int
    /// From 1.
    public let page: Int
    public let pageSize: Int
}

extension Store {
    /// One page of the history. A page after the last one is read as the last one.
    public func syncRuns(page: Int, pageSize: Int) async throws(StoreError) -> SyncHistoryPage {
        let size = max(1, pageSize)
        return try await read { (transaction) throws(StoreError) in
            let total = try transaction.count(
                "SELECT COUNT(*) AS count FROM sync_run WHERE organisation_id = \(organisation.id)"
            )
            let page = min(max(1, page), max(1, (total + size - 1) / size))
            var runs: [SyncRun] = []
            try transaction.forEach(
                """
                SELECT * FROM sync_run WHERE organisation_id = \(organisation.id)
                ORDER BY started_at DESC, fence DESC LIMIT \(size) OFFSET \((page - 1) * size)
                """
            ) { (row) throws(StoreError) in runs.append(try SyncRun(row, withPlan: false)) }
            return SyncHistoryPage(runs: runs, total: total, page: page, pageSize: size)
        }
    }
}
