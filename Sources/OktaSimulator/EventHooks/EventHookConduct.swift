extension Org {
    /// How the org delivers to event hooks: what Okta promises, and how badly it keeps to what it does not promise.
    public struct EventHookConduct: Sendable {
        /// How long an address has to answer.
        public var timeout: Duration = .seconds(3)
        /// How long what happened lies before it is told.
        public var delay: Duration = .zero
        /// How many of a hundred messages are sent twice, at the same time.
        public var duplicatePercent = 0
        /// How many of a hundred messages are never sent.
        public var dropPercent = 0
        /// Whether each event has a message of its own, and those that wait go out in any order.
        public var shuffles = false

        public init() {}
    }
}
