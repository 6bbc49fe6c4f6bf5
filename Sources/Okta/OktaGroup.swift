public import Foundation

/// A group as Okta's API gives it.
public struct OktaGroup: Identifiable, Hashable, Sendable {
    /// `00g…`
    public let id: String
    public let name: String
    /// nil where Okta has none.
    public let description: String?
    /// `OKTA_GROUP`, `APP_GROUP`, `BUILT_IN`, or a word that is newer than this program.
    public let type: String
    /// The number of members as Okta counts them, deactivated ones included; nil where it was not asked for.
    public let usersCount: Int?
    /// When somebody joined or left last, in whole seconds by Okta's clock; nil where Okta did not say.
    public let membershipUpdated: Date?

    public init(
        id: String,
        name: String,
        description: String? = nil,
        type: String,
        usersCount: Int? = nil,
        membershipUpdated: Date? = nil
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.type = type
        self.usersCount = usersCount
        self.membershipUpdated = membershipUpdated
    }
}

extension OktaGroup: JSONReadable {
    init(json: inout JSONReader) throws(JSONReader.Failure) {
        var (id, type, name, description): (String?, String?, String?, String?)
        var membershipUpdated: Date?
        var usersCount: Int?
        let start = json
        try json.object { (member, json) throws(JSONReader.Failure) in
            switch member {
            case "id": id = try json.string()
            case "type": type = try json.string()
            case "lastMembershipUpdated":
                membershipUpdated = try json.optionalString().flatMap { try? Date($0, strategy: OktaTime.style) }
            case "profile":
                try json.object { (member, json) throws(JSONReader.Failure) in
                    switch member {
                    case "name": name = try json.string()
                    case "description": description = try json.optionalString()
                    default: try json.skip()
                    }
                }
            case "_embedded": usersCount = try Self.usersCount(embedded: &json)
            default: try json.skip()
            }
        }
        guard let id, let type, let name else { throw start.lacksMember }
        self.init(
            id: id,
            name: name,
            description: description,
            type: type,
            usersCount: usersCount,
            membershipUpdated: membershipUpdated
        )
    }

    /// The count is an ornament: a group without one is still a group.
    private static func usersCount(embedded json: inout JSONReader) throws(JSONReader.Failure) -> Int? {
        let start = json
        var count: Int?
        do throws(JSONReader.Failure) {
            try json.object { (member, json) throws(JSONReader.Failure) in
                guard member == "stats" else { return try json.skip() }
                try json.object { (member, json) throws(JSONReader.Failure) in
                    if member == "usersCount" { count = try json.optionalInt() } else { try json.skip() }
                }
            }
        } catch {
            json = start
            try json.skip()
        }
        return count
    }
}
