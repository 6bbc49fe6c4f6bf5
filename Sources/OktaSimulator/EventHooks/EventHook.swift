import Foundation

extension Org {
    /// An address that the org tells of what happens.
    struct EventHook: Identifiable, Sendable {
        typealias ID = OktaID<EventHook>

        let id: ID
        var settings: Settings
        var isActive: Bool
        var isVerified: Bool
        let created: Date
        let createdBy: Person.ID
        var lastUpdated: Date

        /// What an administrator fills in.
        struct Settings: Sendable {
            var name: String
            /// https, or http on this machine.
            var uri: String
            /// The header that lets the address know the org, usually `Authorization`; nil for none.
            var authentication: Header?
            /// Other headers that go along.
            var headers: [Header] = []
            /// Names of Okta's catalogue.
            var events: [String]
        }

        struct Header: Sendable {
            var name: String
            var value: String
        }

        func wants(_ type: EventType) -> Bool {
            isActive && isVerified && settings.events.contains(type.rawValue)
        }
    }
}
