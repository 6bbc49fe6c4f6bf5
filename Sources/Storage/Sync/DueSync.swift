/// A synchronization that is due, with the lease under which it may be done.
public struct DueSync: Sendable {
    /// The organisation's store.
    public let store: Store
    public let lease: Lease
    public let mode: SyncMode
    /// Whether an incremental one is to read the whole catalogue too.
    public let withCatalogue: Bool
    public let trigger: SyncRun.Trigger
    /// The e-mail of who asked; nil for the clock.
    public let requestedBy: String?
}
