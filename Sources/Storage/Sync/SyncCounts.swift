/// What one sync read, changed and took.
public struct SyncCounts: Hashable, Sendable, Codable {
    /// Groups in Okta's catalogue.
    public var groups = 0
    /// Users in the chosen groups, each once.
    public var users = 0
    public var memberships = 0
    public var usersAdded = 0
    public var usersChanged = 0
    /// Users who left every chosen group.
    public var usersLeft = 0
    public var membershipsAdded = 0
    public var membershipsRemoved = 0
    /// Groups that are new, read differently, or came back.
    public var groupsChanged = 0
    public var groupsMissing = 0
    public var sessionsEnded = 0
    public var connectionsEnded = 0
    /// Requests to Okta.
    public var requests = 0
    public var durationMilliseconds = 0

    public init() {}
}
