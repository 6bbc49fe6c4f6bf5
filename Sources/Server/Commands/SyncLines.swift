import Access
import Directory
import Foundation
import Storage
import Sync

/// A run as `timus sync --json` prints it.
struct RunLine: Encodable {
    let id: String
    let mode: SyncMode
    let trigger: SyncRun.Trigger
    let state: SyncRun.State
    let startedAt: Date
    @OrNull var finishedAt: Date?
    let requests: Int
    let counts: SyncCounts
    @OrNull var problem: Problem?
    let warnings: [String]

    init(_ run: SyncRun) {
        id = run.id.rawValue
        mode = run.mode
        trigger = run.trigger
        state = run.state
        startedAt = run.startedAt
        finishedAt = run.finishedAt
        requests = run.counts.requests
        counts = run.counts
        problem = run.problem
        warnings = run.warnings
    }
}

/// A preview as `timus sync --dry-run --json` prints it.
struct PreviewLine: Encodable {
    struct Loss: Encodable {
        let user: String
        let sessions: Bool
        let sites: [String]
        let because: String
    }

    let dryRun = true
    let mode: SyncMode
    let wouldBeHeld: Bool
    let requests: Int
    let usersAdded: Int
    let usersChanged: Int
    let usersLeft: Int
    let membershipsAdded: Int
    let membershipsRemoved: Int
    let groupsMissing: Int
    let sessionsEnded: Int
    let connectionsEnded: Int
    let joining: [String]
    let changing: [String]
    let leaving: [String]
    let losses: [Loss]
    let warnings: [String]

    init(_ preview: SyncPreview, _ names: PreviewNames) {
        let changes = preview.plan.changes
        mode = preview.mode
        wouldBeHeld = preview.wouldBeHeld
        requests = preview.requests
        usersAdded = changes.addedUsers.count
        usersChanged = changes.changedUsers.count
        usersLeft = preview.applied.usersLeft.count
        membershipsAdded = changes.joined.count
        membershipsRemoved = changes.left.count
        groupsMissing = changes.missingGroups.count
        sessionsEnded = preview.applied.revocations.sessions
        connectionsEnded = preview.applied.revocations.connections
        joining = changes.addedUsers.map(\.login)
        changing = changes.changedUsers.map(\.login)
        leaving = preview.applied.usersLeft.map(names.user)
        losses = preview.applied.revocations.holders.map { holder in
            Loss(
                user: names.user(holder.user),
                sessions: holder.sessionsEnd,
                sites: holder.sites.map(names.site),
                because: holder.because
            )
        }
        warnings = preview.warnings
    }
}

/// How the users and sites of a preview are called.
struct PreviewNames {
    private let logins: [User.ID: String]
    private let sites: [Site.ID: String]

    init(_ store: Store) async throws {
        logins = try await store.snapshot().users.mapValues(\.login)
        sites = Dictionary(uniqueKeysWithValues: try await store.sites().map { ($0.id, $0.name) })
    }

    func user(_ id: User.ID) -> String { logins[id] ?? id.rawValue }

    func site(_ id: Site.ID) -> String { sites[id] ?? id.rawValue }
}
