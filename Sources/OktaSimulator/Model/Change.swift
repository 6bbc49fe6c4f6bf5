extension Org {
    /// An act on many people or groups at once, as an administrator with a script would do it.
    public struct Change: Sendable {
        public enum Action: String, CaseIterable, Sendable {
            case deactivate
            case activate
            case suspend
            case unsuspend
            /// Gone, after a deactivation where that is still to come.
            case delete
            case lock
            case unlock
            /// Another name and e-mail address; the login stays.
            case rename
            /// Another property of the profile.
            case touch
            case removeEmail = "remove-email"
            case addToGroup = "add-to-group"
            case removeFromGroup = "remove-from-group"
            /// Out of one group and into another.
            case move
            /// The people exchange their groups with one another.
            case shuffle
            case deleteGroups = "delete-groups"
            case renameGroups = "rename-groups"
            case createGroups = "create-groups"
            case emptyGroups = "empty-groups"
        }

        /// Of those to whom the action applies, which ones.
        public enum Share: Sendable {
            case percent(Double)
            case count(Int)
            /// These, where it applies to them.
            case ids([String])
        }

        public let action: Action
        public let share: Share
        /// Of `addToGroup` and `removeFromGroup`.
        public let group: Group.ID?
        /// The same seed chooses the same ones.
        public let seed: UInt64

        public init(_ action: Action, _ share: Share, group: Group.ID? = nil, seed: UInt64 = 1) {
            self.action = action
            self.share = share
            self.group = group
            self.seed = seed
        }
    }
}
