public import Directory

/// What applying changes did, or would do.
public struct AppliedChanges: Sendable, Equatable {
    public var revocations = Revocations()
    /// Users who left every chosen group; by id.
    public var usersLeft: [User.ID] = []

    public init() {}
}
