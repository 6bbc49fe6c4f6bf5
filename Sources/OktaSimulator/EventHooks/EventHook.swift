public import Foundation

extension Org {
    /// An address that the org tells of what happens, once it has shown that it belongs to whoever named it.
    public struct EventHook: Identifiable, Sendable {
        public typealias ID = OktaID<EventHook>

        public let id: ID
        public internal(set) var settings: Settings
        public internal(set) var isActive: Bool
        public internal(set) var isVerified: Bool
        public let created: Date
        public let createdBy: Person.ID
        public internal(set) var lastUpdated: Date

        /// What an administrator fills in.
        public struct Settings: Sendable {
            public var name: String
            public var description: String?
            /// https, or http on this machine.
            public var uri: String
            /// The header that lets the address know the org, usually `Authorization`; nil for none.
            public var authentication: Header?
            /// Other headers that go along.
            public var headers: [Header]
            /// Names of Okta's catalogue.
            public var events: [String]

            public init(
                name: String,
                description: String? = nil,
                uri: String,
                authentication: Header? = nil,
                headers: [Header] = [],
                events: [String]
            ) {
                self.name = name
                self.description = description
                self.uri = uri
                self.authentication = authentication
                self.headers = headers
                self.events = events
            }
        }

        public struct Header: Sendable, Equatable {
            public var name: String
            public var value: String

            public init(name: String, value: String) {
                self.name = name
                self.value = value
            }
        }

        func wants(_ type: EventType) -> Bool { isHeard && settings.events.contains(type.rawValue) }

        /// Whether the org tells it anything.
        var isHeard: Bool { isActive && isVerified }
    }
}

extension Org.EventHook.Settings {
    /// Whether the org would have to make sure anew who is there.
    func reachesElsewhere(than other: Self) -> Bool {
        uri != other.uri || authentication != other.authentication || headers != other.headers
    }

    func check() throws(OktaFailure) {
        if name.isEmpty { throw .validation("name", "name: The field cannot be left blank") }
        if name.count > 255 { throw .validation("name", "name: String is too long") }
        guard let url = URL(string: uri), let host = url.host(), url.fragment() == nil,
            url.scheme == "https" || url.scheme == "http" && Self.thisMachine.contains(host)
        else { throw .validation("uri", "uri: '\(uri)' must be an https address") }
        for header in headers + [authentication].compactMap(\.self) where !header.isWellFormed {
            throw .validation("headers", "headers: '\(header.name)' is not a header that can be sent")
        }
        if events.isEmpty { throw .validation("events", "events: The field cannot be left blank") }
        if events.count > Self.mostEvents {
            throw .validation("events", "events: At most \(Self.mostEvents) event types may be given")
        }
        if let event = events.first(where: { !Org.EventType.isForHooks($0) }) {
            throw .validation("events", "events: '\(event)' is not an event type for event hooks")
        }
    }

    private static let thisMachine: Set<String> = ["127.0.0.1", "localhost", "::1", "[::1]"]
    private static let mostEvents = 300
}

extension Org.EventHook.Header {
    fileprivate var isWellFormed: Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
            && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
