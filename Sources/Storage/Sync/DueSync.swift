import struct Foundation.Date

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
    /// What has to be known at its end to note when it is due again.
    public let claim: Claim

    public struct Claim: Sendable {
        let at: Date
        /// How often anybody had asked by then.
        let asked: Int
        let mode: SyncMode
        let withCatalogue: Bool
        let intervals: SyncIntervals
    }
}
