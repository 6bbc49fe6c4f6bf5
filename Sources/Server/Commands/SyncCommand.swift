import ArgumentParser
import Directory
import Foundation
import Storage
import Sync

/// `timus sync`: one synchronization now, or what it would do.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Synchronize with Okta now.",
        discussion: "Exits with 1 where the synchronization failed or waits for approval."
    )

    @OptionGroup var storeOptions: StoreOptions

    @Flag(help: "Only say what would change.")
    var dryRun = false

    @Flag(help: "Print JSON with stable fields.")
    var json = false

    func run() async throws {
        try await storeOptions.withStore { store in
            try await withOktaHTTP { http in
                let engine = SyncEngine(
                    store: store,
                    http: http,
                    logger: .timus("timus.sync")
                )
                if dryRun {
                    try report(try await engine.preview())
                } else {
                    try report(try await engine.run(trigger: .commandLine, requestedBy: NSUserName()))
                }
            }
        }
    }

    private func report(_ run: SyncRun) throws {
        run.warnings.forEach { Standard.error("warning: \($0)") }
        if json {
            try Standard.answer(json: RunLine(run))
        } else if run.state == .succeeded {
            Standard.answer(Self.sentence(run.counts))
        }
        guard run.state != .succeeded else { return }
        if let problem = run.problem {
            throw Failure.said(problem.what, hint: problem.remedy)
        }
        throw ExitCode(1)
    }

    private func report(_ preview: SyncPreview) throws {
        preview.pulled.warnings.forEach { Standard.error("warning: \($0)") }
        if json { return try Standard.answer(json: PreviewLine(preview)) }
        let changes = preview.plan.changes
        for user in changes.addedUsers { Standard.answer("+ \(user.login)") }
        for user in changes.changedUsers { Standard.answer("~ \(user.login) (\(user.status.rawValue))") }
        for id in changes.usersLeft(in: preview.pulled.snapshot) {
            Standard.answer("- \(id)")
        }
        Standard.answer(
            "\(changes.joined.count) memberships would be added and \(changes.left.count) removed; "
                + "\(preview.revocations.connections) connections and \(preview.revocations.sessions) sessions would end."
        )
        if preview.wouldBeHeld { Standard.answer("It would wait for an administrator's approval.") }
    }

    private static func sentence(_ counts: SyncCounts) -> String {
        "\(counts.users) users in \(counts.groups) groups read with \(counts.requests) requests in "
            + "\(counts.durationMilliseconds) ms: \(counts.usersAdded) added, \(counts.usersChanged) changed, "
            + "\(counts.usersLeft) left."
    }
}

/// A run as `timus sync --json` prints it.
struct RunLine: Encodable {
    let id: String
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
    let dryRun = true
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
    let warnings: [String]

    init(_ preview: SyncPreview) {
        let changes = preview.plan.changes
        wouldBeHeld = preview.wouldBeHeld
        requests = preview.requests
        usersAdded = changes.addedUsers.count
        usersChanged = changes.changedUsers.count
        usersLeft = changes.usersLeft(in: preview.pulled.snapshot).count
        membershipsAdded = changes.joined.count
        membershipsRemoved = changes.left.count
        groupsMissing = changes.missingGroups.count
        sessionsEnded = preview.revocations.sessions
        connectionsEnded = preview.revocations.connections
        warnings = preview.pulled.warnings
    }
}
