/// Which events to list, the newest first.
public struct EventQuery: Hashable, Sendable {
    /// Part of the actor, the subject, the old or the new value, in any case; nil or blank for all.
    public var search: String?
    /// The start of the action, such as `site.`; nil for all.
    public var actionPrefix: String?
    /// Only events with a lower id: the id of the last event of the page before this one.
    public var before: Int64?
    public var limit: Int

    public init(search: String? = nil, actionPrefix: String? = nil, before: Int64? = nil, limit: Int = 50) {
        self.search = search
        self.actionPrefix = actionPrefix
        self.before = before
        self.limit = limit
    }
}
