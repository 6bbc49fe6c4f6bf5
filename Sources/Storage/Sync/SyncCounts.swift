/// What one sync read, changed and took.
public struct SyncCounts: Hashable, Sendable {
    /// Groups that were read of Okta's catalogue: all of them in a full one.
    public var groups = 0
    /// Users that were read, each once.
    public var users = 0
    public var memberships = 0
    public var usersAdded = 0
    public var usersChanged = 0
    /// Users who left every chosen group.
    public var usersLeft = 0
    public var membershipsAdded = 0
    public var membershipsRemoved = 0
    public var groupsAdded = 0
    /// Groups that read differently, or came back.
    public var groupsChanged = 0
    public var groupsMissing = 0
    /// Users, groups and memberships that were left out; the warnings say which and why.
    public var skipped = 0
    public var sessionsEnded = 0
    public var connectionsEnded = 0
    /// Requests to Okta.
    public var requests = 0
    /// Requests that Okta refused because there were too many.
    public var requestsRefused = 0
    /// The time for which requests were held back so that Okta's rate limits hold.
    public var rateLimitWaitMilliseconds = 0
    public var durationMilliseconds = 0

    public init() {}
}

/// Kept as a flat object of numbers; one that an earlier version did not write is zero.
extension SyncCounts: Codable {
    private static let fields: [(name: String, path: any WritableKeyPath<SyncCounts, Int> & Sendable)] = [
        ("groups", \.groups), ("users", \.users), ("memberships", \.memberships), ("usersAdded", \.usersAdded),
        ("usersChanged", \.usersChanged), ("usersLeft", \.usersLeft), ("membershipsAdded", \.membershipsAdded),
        ("membershipsRemoved", \.membershipsRemoved), ("groupsAdded", \.groupsAdded),
        ("groupsChanged", \.groupsChanged), ("groupsMissing", \.groupsMissing), ("skipped", \.skipped),
        ("sessionsEnded", \.sessionsEnded), ("connectionsEnded", \.connectionsEnded), ("requests", \.requests),
        ("requestsRefused", \.requestsRefused), ("rateLimitWaitMilliseconds", \.rateLimitWaitMilliseconds),
        ("durationMilliseconds", \.durationMilliseconds),
    ]

    public init(from decoder: any Decoder) throws {
        let numbers = try [String: Int](from: decoder)
        for (name, path) in Self.fields { self[keyPath: path] = numbers[name] ?? 0 }
    }

    public func encode(to encoder: any Encoder) throws {
        try Dictionary(uniqueKeysWithValues: Self.fields.map { ($0.name, self[keyPath: $0.path]) }).encode(to: encoder)
    }
}
