import Foundation

extension Operation {
    static let users = [
        Operation("GET", "users", "okta.users.read", listUsers),
        Operation("POST", "users", "okta.users.manage", createUser),
        Operation("GET", "users/*", "okta.users.read") { (call) throws(OktaFailure) in
            call.reply(try call.person())
        },
        Operation("POST", "users/*", "okta.users.manage") { (call) throws(OktaFailure) in
            try updateUser(call, keepingOthers: true)
        },
        Operation("PUT", "users/*", "okta.users.manage") { (call) throws(OktaFailure) in
            try updateUser(call, keepingOthers: false)
        },
        Operation("DELETE", "users/*", "okta.users.manage") { (call) throws(OktaFailure) in
            try call.org.deletePerson(call.person().id)
            return .noContent
        },
        Operation("GET", "users/*/groups", "okta.users.read", listGroupsOfUser),
        Operation("DELETE", "users/*/sessions", "okta.users.manage") { (call) throws(OktaFailure) in
            // Apps are told where their tokens are to end too, as the console's checkbox has it.
            let includesApps = call.flag("oauthTokens", default: false)
            call.org.endSessions(of: try call.person().id, includesApps: includesApps)
            return .noContent
        },
    ]

    private static func listUsers(_ call: Call) throws(OktaFailure) -> Reply {
        if let text = call.query["search"] { return try searchUsers(call, text) }
        if let text = call.query["filter"] { return try filterUsers(call, ResourceFilter(text, .userFilter), false) }
        if let text = call.query["q"] { return try findUsers(call, text) }
        let page = try call.page(default: 200, max: 200)
        let cursor: (rank: Int, id: Org.Person.ID)?
        if let after = page.after {
            guard let rank = after.first?.wholeNumberValue, after.utf8.count == 21, after.dropFirst().hasPrefix("00u")
            else { throw .invalidCursor(code: "E0000029") }
            cursor = (rank, Org.Person.ID(String(after.dropFirst())))
        } else {
            cursor = nil
        }
        if call.caller.onlyGroups != nil { return try filterUsers(call, nil, false) }
        let people = call.org.peopleByStatus(after: cursor, limit: page.fetched)
        return call.list(people, page) { "\($0.status.rank)\($0.id)" }
    }

    private static func searchUsers(_ call: Call, _ text: String) throws(OktaFailure) -> Reply {
        let filter = try ResourceFilter(text, .userSearch)
        guard let property = call.query["sortBy"] else { return try filterUsers(call, filter, true) }
        let page = try call.page(default: 200, max: 200)
        let typeID = call.org.userTypeID
        let found = call.org.people { person in
            call.caller.sees(person.id, in: call.org)
                && filter.matches(foldingCase: true) { person.value(of: $0, typeID: typeID) }
        }
        let order = SortOrder(descending: call.query["sortOrder"]?.lowercased() == "desc")
        let keyed = found.map { (key: order.key($0.value(of: property, typeID: typeID), $0.id.description), $0) }
        return try order.list(keyed, call, page) { people, page, cursor in call.list(people, page, cursor: cursor) }
    }

    /// Everyone whom the filter lets through, deactivated people too, in the order of their ids.
    private static func filterUsers(
        _ call: Call,
        _ filter: ResourceFilter?,
        _ foldingCase: Bool
    ) throws(OktaFailure) -> Reply {
        let page = try call.page(default: 200, max: 200)
        let typeID = call.org.userTypeID
        let cursor: Org.Person.ID? = try call.cursor(page, prefix: "00u")
        let visible = call.caller.onlyGroups.map { groups in
            Set(groups.flatMap { group in ((try? call.org.members(of: group)) ?? []).map(\.id) })
        }
        let people = call.org.people(after: cursor, limit: page.fetched) { person in
            if let visible, !visible.contains(person.id) { return false }
            guard let filter else { return person.status != .deprovisioned }
            return filter.matches(foldingCase: foldingCase) { person.value(of: $0, typeID: typeID) }
        }
        return call.list(people, page, cursor: \.id.description)
    }

    /// By the beginning of a name or e-mail; no further pages, no deactivated people.
    private static func findUsers(_ call: Call, _ text: String) throws(OktaFailure) -> Reply {
        let page = try call.page(default: 10, max: 200)
        let wanted = text.lowercased()
        let people = call.org.people(limit: page.limit) { person in
            person.status != .deprovisioned
                && [person.profile.firstName, person.profile.lastName, person.profile.email, person.name]
                    .contains { $0.lowercased().hasPrefix(wanted) }
        }
        return call.list(people.filter { call.caller.sees($0.id, in: call.org) }, page, cursor: \.id.description)
    }

    private static func createUser(_ call: Call) throws(OktaFailure) -> Reply {
        let members = try call.members()
        guard let profile = members["profile"]?.object else {
            throw .validation("profile", "profile: The field cannot be left blank")
        }
        let groups = (members["groupIds"]?.array ?? []).compactMap(\.string).map { Org.Group.ID($0) }
        if groups.count > 20 { throw .validation("groupIds", "groupIds: At most 20 groups may be given") }
        let credentials = members["credentials"]
        let new: Org.NewCredentials =
            if let password = credentials?["password"]?["value"]?.string {
                .password(password)
            } else if let type = credentials?["provider"]?["type"]?.string, let provider = Org.Provider(rawValue: type),
                provider != .okta
            {
                .federated(provider)
            } else {
                .setByUser
            }
        let person = try call.org.createPerson(
            Org.Profile(profile, keeping: nil),
            credentials: new,
            activate: call.flag("activate", default: true),
            changePasswordAtNextLogin: call.query["nextLogin"] == "changePassword",
            groups: groups
        )
        if let question = credentials?["recovery_question"]?["question"]?.string {
            try call.org.setRecoveryQuestion(question, of: person.id)
        }
        return call.reply(try call.org.person(named: person.id.description))
    }

    /// - Parameter keepingOthers: POST leaves what the body does not name; PUT deletes it.
    private static func updateUser(_ call: Call, keepingOthers: Bool) throws(OktaFailure) -> Reply {
        let person = try call.person()
        if let tag = call.ifMatch, tag != person.entityTag {
            throw OktaFailure(code: "E0000231", status: 412, summary: "ETag value doesn't match.")
        }
        let members = try call.members()
        if let profile = members["profile"]?.object {
            try call.org.updateProfile(
                person.id,
                to: Org.Profile(profile, keeping: keepingOthers ? person.profile : nil)
            )
        } else if !keepingOthers {
            throw .validation("profile", "profile: The field cannot be left blank")
        }
        if let password = members["credentials"]?["password"]?["value"]?.string {
            try call.org.setPassword(password, of: person.id)
        }
        if let question = members["credentials"]?["recovery_question"]?["question"]?.string {
            try call.org.setRecoveryQuestion(question, of: person.id)
        }
        return call.reply(try call.org.person(named: person.id.description))
    }

    private static func listGroupsOfUser(_ call: Call) throws(OktaFailure) -> Reply {
        let page = try call.page(default: 200, max: 200)
        let cursor: Org.Group.ID? = try call.cursor(page, prefix: "00g")
        let groups = try call.org.groups(of: call.person().id).filter { group in
            call.caller.sees(group.id) && !call.isNarrowedAway(group.id) && cursor.map { group.id > $0 } ?? true
        }
        return call.list(Array(groups.prefix(page.fetched)), page, cursor: \.id.description) { group, writer in
            group.write(to: &writer, origin: call.origin)
        }
    }
}

extension Org.Profile {
    /// - Parameter old: what properties have that the members do not name; nil for nothing. A null deletes.
    init(_ members: [String: JSON], keeping old: Org.Profile?) {
        func text(_ name: String, _ kept: String?) -> String? {
            guard let member = members[name] else { return kept }
            return member.string
        }
        let login = text("login", old?.login) ?? ""
        let known: Set<String> = ["firstName", "lastName", "login", "email", "secondEmail", "mobilePhone"]
        var more = old?.more ?? [:]
        for (name, value) in members where !known.contains(name) { more[name] = value == .null ? nil : value }
        self.init(
            firstName: text("firstName", old?.firstName) ?? "",
            lastName: text("lastName", old?.lastName) ?? "",
            login: login,
            email: text("email", old?.email) ?? "",
            secondEmail: text("secondEmail", old?.secondEmail),
            mobilePhone: text("mobilePhone", old?.mobilePhone),
            more: more
        )
    }
}
