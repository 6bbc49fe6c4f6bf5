public import Directory

/// How a run ends, and what it writes: kept in one transaction, so that a run which says that it changed something did.
public struct Conclusion: Sendable {
    public var run: SyncRun
    public var state: SyncRun.State
    /// For a run that was due: when it is due again is noted. nil for one that was started otherwise.
    public var claim: DueSync.Claim?
    /// What is applied now.
    public var changes = Changes()
    /// What waits for approval, for a run that is held.
    public var plan: Changes?
    /// Whether the changes take what an administrator approved.
    public var usesApproval = false
    public var stamp = ReadingStamp()
    /// Without what only applying the changes tells.
    public var counts = SyncCounts()
    public var problem: Problem?
    public var warnings: [String] = []
    /// How the integration fares after it; nil where this run says nothing about that.
    public var status: OktaIntegration.Status?
    /// What stands beside that status; nil where nothing is wrong.
    public var statusProblem: Problem?

    public init(run: SyncRun, state: SyncRun.State) {
        self.run = run
        self.state = state
    }

    /// Whether the history is better off without the run: nobody asked for it, and it found nothing new.
    var isQuiet: Bool {
        let isUnasked = run.trigger == .schedule || run.trigger == .event
        let foundNothing = (state == .succeeded && warnings.isEmpty || state == .dismissed) && changes.isEmpty
        return run.mode != .full && isUnasked && foundNothing
    }
}
