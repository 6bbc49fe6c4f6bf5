public import Storage

/// What a sync would do now, and what it would end. Nothing of it was written.
public struct SyncPreview: Sendable {
    public let mode: SyncMode
    public let plan: SyncPlan
    public let pulled: Pulled
    /// Who would leave every chosen group, and whose sessions and connections would end.
    public let applied: AppliedChanges
    /// Whether the guard would hold it for approval.
    public let wouldBeHeld: Bool
    /// Requests to Okta that the preview took.
    public let requests: Int
    public let durationMilliseconds: Int

    public var warnings: [String] { pulled.warnings + plan.warnings }
}
