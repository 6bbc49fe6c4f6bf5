public import Access
public import Directory

/// How many sessions and connections a change ended, or would end, and whose.
public struct Revocations: Hashable, Sendable, Codable {
    /// What one user loses.
    public struct Holder: Hashable, Sendable, Codable {
        public let user: User.ID
        /// Whether their sessions end.
        public var sessionsEnd = false
        /// The sites to which an open connection ends.
        public var sites: [Site.ID] = []
        /// The decision's sentence.
        public let because: String
    }

    public var sessions: Int
    public var connections: Int
    /// Everyone who held something that ends, by id.
    public var holders: [Holder]

    public init(sessions: Int = 0, connections: Int = 0, holders: [Holder] = []) {
        self.sessions = sessions
        self.connections = connections
        self.holders = holders
    }
}
