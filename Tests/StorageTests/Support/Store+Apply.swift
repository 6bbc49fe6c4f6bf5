import Directory
import Foundation
import Storage

extension Store {
    /// What a sync does that found these changes and may make them.
    @discardableResult
    func apply(
        _ changes: Changes,
        lease: Lease,
        run: SyncRun? = nil
    ) async throws(StoreError) -> Revocations {
        var conclusion = Conclusion(run: run ?? .manual(at: now()), state: .succeeded)
        conclusion.changes = changes
        let run = try await conclude(conclusion, lease: lease)
        return Revocations(sessions: run.counts.sessionsEnded, connections: run.counts.connectionsEnded)
    }
}

extension SyncRun {
    static func manual(at time: Date, by requestedBy: String? = nil) -> SyncRun {
        SyncRun(mode: .full, trigger: .manual, requestedBy: requestedBy, startedAt: time)
    }
}
