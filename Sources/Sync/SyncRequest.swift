import Storage

/// A sync that somebody or something asked for.
struct SyncRequest: Sendable {
    let trigger: SyncRun.Trigger
    /// The e-mail of who asked; nil for the clock.
    let requestedBy: String?
}
