import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// One call of the management API: what was asked, by whom.
struct Call: Sendable {
    let org: Org
    let caller: Caller
    /// The groups that a fault leaves of the org; nil where it is whole.
    let narrowing: Set<Org.Group.ID>?
    /// Scheme and host as the client reached them, for the links in answers.
    let origin: String
    /// The path as it came, without the query.
    let path: String
    let query: Form
    /// What stands in the path at the operation's placeholders.
    let arguments: [String]
    let body: JSON?
    let ifMatch: String?

    func flag(_ name: String, default value: Bool) -> Bool { query[name].map { $0.lowercased() == "true" } ?? value }

    func body(_ name: String) -> JSON? { body?[name] }

    /// The body, which must be an object.
    func members() throws(OktaFailure) -> [String: JSON] {
        guard let members = body?.object else { throw .malformedBody }
        return members
    }

    /// A person by id, login, short name or `me`, whom the caller may see.
    func person(_ index: Int = 0) throws(OktaFailure) -> Org.Person {
        if arguments[index] == "me" { return caller.person }
        let person = try org.person(named: arguments[index])
        guard caller.sees(person.id, in: org) else { throw .forbidden }
        return person
    }

    /// A group that the caller may see.
    func group(_ index: Int = 0) throws(OktaFailure) -> Org.Group {
        guard let group = org.group(Org.Group.ID(arguments[index])), !isNarrowedAway(group.id) else {
            throw .notFound(arguments[index], "UserGroup")
        }
        guard caller.sees(group.id) else { throw .forbidden }
        return group
    }

    func isNarrowedAway(_ group: Org.Group.ID) -> Bool { narrowing.map { !$0.contains(group) } ?? false }

    func app(_ index: Int = 0) throws(OktaFailure) -> Org.AppIntegration {
        guard let app = org.app(Org.AppIntegration.ID(arguments[index])) else {
            throw .notFound(arguments[index], "AppInstance")
        }
        return app
    }

    func reply(_ person: Org.Person) -> Reply {
        var reply = Reply.json { person.write(to: &$0, origin: origin, typeID: org.userTypeID, inList: false) }
        reply.entityTag = person.entityTag
        return reply
    }

    func reply(_ group: Org.Group) -> Reply { .json { group.write(to: &$0, origin: origin) } }
}

extension Org.Person {
    /// Changes with each change of the person.
    var entityTag: String { "W/\"\(id)-\(Int(lastUpdated.timeIntervalSince1970))\"" }
}
