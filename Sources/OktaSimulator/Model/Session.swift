public import Foundation

extension Org {
    /// A browser that is signed in. The same session opens apps and, for an administrator, the console.
    public struct Session: Sendable {
        /// The cookie's value.
        public let token: String
        public let person: Person.ID
        public let startedAt: Date
        public let expires: Date
    }
}
