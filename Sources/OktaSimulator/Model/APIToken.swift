public import Foundation

extension Org {
    /// A token for the management API. It may do what its owner may do now, and dies with the owner. Its value is shown
    /// once; only a digest is kept.
    public struct APIToken: Identifiable, Sendable {
        public typealias ID = OktaID<APIToken>

        public let id: ID
        public let name: String
        public let owner: Person.ID
        /// The percentage of each rate limit that calls with the token may use.
        public internal(set) var capacity: Int
        public let created: Date
        public internal(set) var lastUsed: Date?
        /// Thirty days after the last use.
        public internal(set) var expires: Date
        public internal(set) var revoked: Date?
    }
}
