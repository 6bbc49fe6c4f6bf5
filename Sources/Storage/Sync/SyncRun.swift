public import Directory
public import Foundation

/// One synchronization: why it started, how far it is, how it ended.
public struct SyncRun: Identifiable, Hashable, Sendable {
    public typealias ID = Identifier<SyncRun>
    public typealias Progress = Storage.Progress
    public typealias Problem = Storage.Problem
    public typealias Mode = SyncMode

    public enum Trigger: String, Hashable, Sendable, Codable, CaseIterable {
        /// The clock.
        case schedule
        /// *Sync now*.
        case manual
        case firstSync
        /// Preferences were saved.
        case settings
        case commandLine
        /// An event hook of Okta's.
        case event
        /// An administrator approved what a run before wanted to do.
        case approval
    }

    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        case running
        case succeeded
        case failed
        /// Waits for an administrator's approval. A later run that gets as far replaces it.
        case held
        /// Was held, and an administrator let the changes happen: the run after it makes them.
        case approved
        /// Was held, and an administrator, or a later run, did away with it.
        case dismissed
    }

    public let id: ID
    public let mode: Mode
    public let trigger: Trigger
    /// The e-mail of who asked; nil for the clock.
    public let requestedBy: String?
    public let startedAt: Date
    public let finishedAt: Date?
    public let state: State
    public let counts: SyncCounts
    /// nil unless it runs.
    public let progress: Progress?
    public let problem: Problem?
    /// What was skipped, one sentence each.
    public let warnings: [String]
    /// The plan of a held run; nil for every other.
    public let changes: Changes?
}

extension SyncRun {
    /// A run that begins now.
    public init(
        mode: Mode,
        trigger: Trigger,
        requestedBy: String?,
        startedAt: Date
    ) {
        self.init(
            id: .random(),
            mode: mode,
            trigger: trigger,
            requestedBy: requestedBy,
            startedAt: startedAt,
            finishedAt: nil,
            state: .running,
            counts: SyncCounts(),
            progress: nil,
            problem: nil,
            warnings: [],
            changes: nil
        )
    }

    /// - Parameter withPlan: Off for lists: the plan of a held run can have megabytes.
    init(_ row: Row, withPlan: Bool = true) throws(StoreError) {
        let state: State = try row.value("state")
        let plan = withPlan ? try row.optionalText("changes") : nil
        self.init(
            id: try row.id("sync_run_id"),
            mode: try row.value("mode"),
            trigger: try row.value("started_because"),
            requestedBy: try row.optionalText("requested_by"),
            startedAt: try row.date("started_at"),
            finishedAt: try row.optionalDate("finished_at"),
            state: state,
            counts: try row.json("counts"),
            progress: state == .running ? try Progress(row) : nil,
            problem: try Problem(row),
            warnings: try row.json("warnings"),
            changes: plan == nil ? nil : try row.json("changes")
        )
    }
}

extension Progress {
    fileprivate init?(_ row: Row) throws(StoreError) {
        guard let stage = try row.optionalText("stage") else { return nil }
        self.init(stage: stage, done: try row.int("done"), total: try row.optionalInt("total"))
    }
}
