import Foundation

extension Org {
    /// One line of the System Log.
    struct LogEvent: Sendable {
        /// Its place in the log; grows by one.
        let number: Int
        let uuid: UUID
        let published: Date
        let type: EventType
        let actor: Entity
        let targets: [Entity]

        /// Who did it, or to whom or what it was done.
        struct Entity: Sendable {
            let id: String
            let type: String
            let alternateID: String
            let displayName: String
        }
    }
}

extension Org.LogEvent.Entity {
    /// Okta itself, and whoever uses the control API.
    static let system = Self(
        id: "system",
        type: "SystemPrincipal",
        alternateID: "system@okta.com",
        displayName: "Okta System"
    )

    init(_ person: Org.Person) {
        self.init(id: person.id.description, type: "User", alternateID: person.login, displayName: person.name)
    }

    init(_ group: Org.Group) {
        self.init(id: group.id.description, type: "UserGroup", alternateID: "unknown", displayName: group.name)
    }

    init(_ app: Org.AppIntegration) {
        self.init(id: app.id.description, type: "AppInstance", alternateID: app.label, displayName: app.label)
    }

    init(_ hook: Org.EventHook) {
        self.init(
            id: hook.id.description,
            type: "EventHook",
            alternateID: "unknown",
            displayName: hook.settings.name
        )
    }

    init(_ token: Org.APIToken) {
        self.init(id: token.id.description, type: "Token", alternateID: "unknown", displayName: token.name)
    }
}
