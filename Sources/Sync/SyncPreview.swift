public import Storage

/// What a sync would do now, and what it would end. Nothing of it was written.
public struct SyncPreview: Sendable {
    public let plan: SyncPlan
    public let pulled: Pulled
    /// The sessions and connections that would end.
    public let revocations: Revocations
    /// Whether the guard would hold it for approval.
    public let wouldBeHeld: Bool
    /// Requests to Okta that the preview took.
    public let requests: Int
    public let durationMilliseconds: Int
}
