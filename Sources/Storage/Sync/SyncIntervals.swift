/// The time between two synchronizations of each kind.
public struct SyncIntervals: Sendable, Equatable {
    public var incremental: Duration = .seconds(60)
    /// Between two readings of the catalogue, which shows what was deleted in Okta.
    public var catalogue: Duration = .seconds(300)
    public var full: Duration = .seconds(86_400)

    public init() {}
}
