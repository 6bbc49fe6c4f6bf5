public import struct Foundation.Date

/// Which events to list, the newest first.
public struct EventQuery: Hashable, Sendable {
    /// Some of the events, by what they are about.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Who came in, and who was refused.
        case signIns = "sign-ins"
        /// Who was refused.
        case refused
    }

    /// Part of the actor, the subject, the old or the new value, the address, the device or the reason, in any case; nil
    /// or blank for all.
    public var search: String?
    /// The start of the action, such as `site.`; nil for all.
    public var actionPrefix: String?
    public var kind: Kind?
    /// Only events with a lower id: the id of the last event of the page before this one.
    public var before: Int64?
    public var limit: Int

    public init(
        search: String? = nil,
        actionPrefix: String? = nil,
        kind: Kind? = nil,
        before: Int64? = nil,
        limit: Int = 50
    ) {
        self.search = search
        self.actionPrefix = actionPrefix
        self.kind = kind
        self.before = before
        self.limit = limit
    }
}

/// Which events to hand out, all of them and the oldest first.
public struct EventSpan: Hashable, Sendable {
    /// Not before; nil for the first.
    public var since: Date?
    /// Before; nil for the last.
    public var until: Date?

    public init(since: Date? = nil, until: Date? = nil) {
        self.since = since
        self.until = until
    }
}
