import Foundation

extension ResourceFilter.Dialect {
    static let userFilter = Self(
        properties: [
            "status", "lastUpdated", "id", "profile.login", "profile.email", "profile.firstName", "profile.lastName",
        ],
        anyProfileProperty: false,
        operations: [.equals, .greater, .greaterOrEqual, .less, .lessOrEqual],
        foldsCase: false
    )
    static let userSearch = Self(
        properties: ["id", "status", "created", "activated", "statusChanged", "lastUpdated", "type.id"],
        anyProfileProperty: true,
        operations: every,
        foldsCase: true
    )
    static let groupFilter = Self(
        properties: ["id", "type", "lastUpdated", "lastMembershipUpdated"],
        anyProfileProperty: false,
        operations: [.equals, .greater, .greaterOrEqual, .less, .lessOrEqual],
        foldsCase: false
    )
    static let groupSearch = Self(
        properties: ["id", "type", "created", "lastUpdated", "lastMembershipUpdated", "source.id"],
        anyProfileProperty: true,
        operations: every,
        foldsCase: true
    )

    static let logFilter = Self(
        properties: [
            "eventType", "uuid", "severity", "displayMessage", "outcome.result", "actor.id", "actor.type",
            "actor.alternateId", "actor.displayName", "target.id", "target.type", "target.alternateId",
            "target.displayName",
        ],
        anyProfileProperty: false,
        operations: [.equals, .startsWith, .contains, .present],
        foldsCase: false
    )

    private static let every: Set<ResourceFilter.Operation> = [
        .equals, .startsWith, .contains, .greater, .greaterOrEqual, .less, .lessOrEqual, .present,
    ]
}

extension Org.Person {
    func value(of property: String, typeID: String) -> ResourceFilter.Value? {
        switch property {
        case "id": .text(id.description)
        case "status": .text(status.rawValue)
        case "created": .date(created)
        case "activated": activated.map { .date($0) }
        case "statusChanged": statusChanged.map { .date($0) }
        case "lastUpdated": .date(lastUpdated)
        case "type.id": .text(typeID)
        case "profile.login": .text(profile.login)
        case "profile.email": .text(profile.email)
        case "profile.firstName": .text(profile.firstName)
        case "profile.lastName": .text(profile.lastName)
        case "profile.secondEmail": profile.secondEmail.map { .text($0) }
        case "profile.mobilePhone": profile.mobilePhone.map { .text($0) }
        default: profile.more[String(property.dropFirst("profile.".count))]?.string.map { .text($0) }
        }
    }
}

extension Org.Group {
    func value(of property: String) -> ResourceFilter.Value? {
        switch property {
        case "id": .text(id.description)
        case "type": .text(kind.rawValue)
        case "created": .date(created)
        case "lastUpdated": .date(lastUpdated)
        case "lastMembershipUpdated": .date(lastMembershipUpdated)
        case "source.id": source.map { .text($0.description) }
        case "profile.name": .text(name)
        case "profile.description": description.map { .text($0) }
        default: nil
        }
    }
}
