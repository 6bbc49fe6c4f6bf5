import Foundation

extension Operation {
    static let apps = [
        Operation("GET", "apps", "okta.apps.read") { (call) throws(OktaFailure) in
            let page = try call.page(default: 20, max: 200)
            let cursor: Org.AppIntegration.ID? = try call.cursor(page, prefix: "0oa")
            let beginning = call.query["q"]?.lowercased()
            let apps = call.org.apps.filter { app in
                cursor.map { app.id > $0 } ?? true && beginning.map { app.label.lowercased().hasPrefix($0) } ?? true
            }
            return call.list(Array(apps.prefix(page.fetched)), page, cursor: \.id.description) { app, writer in
                app.write(to: &writer, origin: call.origin)
            }
        },
        Operation("GET", "apps/*", "okta.apps.read") { (call) throws(OktaFailure) in
            let app = try call.app()
            return .json { app.write(to: &$0, origin: call.origin) }
        },
        Operation("GET", "apps/*/users", "okta.apps.read", listUsersOfApp),
        Operation("POST", "apps/*/users", "okta.apps.manage") { (call) throws(OktaFailure) in
            guard let id = try call.members()["id"]?.string else {
                throw .validation("id", "id: The field cannot be left blank")
            }
            try call.org.assign(Org.Person.ID(id), to: call.app().id)
            return try user(Org.Person.ID(id), call)
        },
        Operation("GET", "apps/*/users/*", "okta.apps.read") { (call) throws(OktaFailure) in
            try user(Org.Person.ID(call.arguments[1]), call)
        },
        Operation("DELETE", "apps/*/users/*", "okta.apps.manage") { (call) throws(OktaFailure) in
            let app = try call.app()
            let person = Org.Person.ID(call.arguments[1])
            guard app.assignedPeople[person] != nil else { throw .notFound(call.arguments[1], "AppUser") }
            try call.org.unassign(person, from: app.id)
            return .noContent
        },
        Operation("GET", "apps/*/groups", "okta.apps.read", listGroupsOfApp),
        Operation("GET", "apps/*/groups/*", "okta.apps.read") { (call) throws(OktaFailure) in
            try group(Org.Group.ID(call.arguments[1]), call)
        },
        Operation("PUT", "apps/*/groups/*", "okta.apps.manage") { (call) throws(OktaFailure) in
            let id = Org.Group.ID(call.arguments[1])
            let priority: Int? = if case .number(let value) = call.body("priority") { Int(value) } else { nil }
            try call.org.assign(id, to: call.app().id, priority: priority)
            return try group(id, call)
        },
        Operation("DELETE", "apps/*/groups/*", "okta.apps.manage") { (call) throws(OktaFailure) in
            let app = try call.app()
            let group = Org.Group.ID(call.arguments[1])
            guard app.assignedGroups[group] != nil else {
                throw .notFound(call.arguments[1], "ApplicationGroupAssignment")
            }
            try call.org.unassign(group, from: app.id)
            return .noContent
        },
    ]

    private static func listUsersOfApp(_ call: Call) throws(OktaFailure) -> Reply {
        let page = try call.page(default: 50, max: 500)
        let cursor: Org.Person.ID? = try call.cursor(page, prefix: "00u")
        let beginning = call.query["q"]?.lowercased()
        let users = try call.org.appUsers(of: call.app().id, after: cursor, limit: page.fetched) { person in
            guard let beginning else { return true }
            return [person.login, person.profile.email, person.profile.firstName, person.profile.lastName]
                .contains { $0.lowercased().hasPrefix(beginning) }
        }
        let embedsUser = call.query["expand"] == "user"
        return call.list(users, page, cursor: \.person.id.description) { user, writer in
            user.write(to: &writer, origin: call.origin, typeID: call.org.userTypeID, embedsUser: embedsUser)
        }
    }

    private static func listGroupsOfApp(_ call: Call) throws(OktaFailure) -> Reply {
        let page = try call.page(default: 20, max: 200)
        let cursor: Org.Group.ID? = try call.cursor(page, prefix: "00g")
        let app = try call.app()
        let beginning = call.query["q"]?.lowercased()
        let groups = app.assignedGroups.keys.sorted().filter { id in cursor.map { id > $0 } ?? true }
            .compactMap { id in appGroup(id, app, call.org) }
            .filter { group in beginning.map { group.group.name.lowercased().hasPrefix($0) } ?? true }
        let embedsGroup = call.query["expand"] == "group"
        return call.list(Array(groups.prefix(page.fetched)), page, cursor: \.group.id.description) { group, writer in
            group.write(to: &writer, origin: call.origin, embedsGroup: embedsGroup)
        }
    }

    private static func user(_ id: Org.Person.ID, _ call: Call) throws(OktaFailure) -> Reply {
        guard let user = try call.org.appUser(id, of: call.app().id) else { throw .notFound(id.description, "AppUser") }
        return .json { writer in
            user.write(
                to: &writer,
                origin: call.origin,
                typeID: call.org.userTypeID,
                embedsUser: call.query["expand"] == "user"
            )
        }
    }

    private static func group(_ id: Org.Group.ID, _ call: Call) throws(OktaFailure) -> Reply {
        guard let group = appGroup(id, try call.app(), call.org) else {
            throw .notFound(id.description, "ApplicationGroupAssignment")
        }
        return .json { group.write(to: &$0, origin: call.origin, embedsGroup: call.query["expand"] == "group") }
    }

    private static func appGroup(_ id: Org.Group.ID, _ app: Org.AppIntegration, _ org: Org) -> AppGroup? {
        guard let group = org.group(id), let assignment = app.assignedGroups[id] else { return nil }
        return AppGroup(group: group, app: app.id, assignment: assignment)
    }
}

extension Org {
    /// Who has the app, themselves or through a group, in the order of their ids. Deactivated people have no app.
    func appUsers(
        of id: AppIntegration.ID,
        after cursor: Person.ID?,
        limit: Int,
        where matches: (Person) -> Bool
    ) throws(OktaFailure) -> [AppUser] {
        try read { (state) throws(OktaFailure) in
            let app = try state.app(id)
            let groups = app.assignedGroups.keys.sorted()
            let candidates =
                groups.contains(state.everyone)
                ? state.peopleIDs
                : SortedIDs(Set(groups.flatMap { state.members(of: $0).all }).union(app.assignedPeople.keys))
            var found: [AppUser] = []
            for person in candidates.after(cursor) {
                guard found.count < limit else { break }
                if let user = state.appUser(person, of: app, through: groups), matches(user.person) {
                    found.append(user)
                }
            }
            return found
        }
    }

    func appUser(_ person: Person.ID, of id: AppIntegration.ID) throws(OktaFailure) -> AppUser? {
        try read { (state) throws(OktaFailure) in
            let app = try state.app(id)
            return state.appUser(person, of: app, through: app.assignedGroups.keys.sorted())
        }
    }
}

extension Org.State {
    fileprivate func appUser(
        _ id: Org.Person.ID,
        of app: Org.AppIntegration,
        through groups: [Org.Group.ID]
    ) -> AppUser? {
        guard let person = people[id], person.status != .deprovisioned else { return nil }
        if let date = app.assignedPeople[id] {
            return AppUser(person: person, app: app.id, assignedAt: date, group: nil)
        }
        guard let group = groups.first(where: { members(of: $0).contains(id) }),
            let assignment = app.assignedGroups[group]
        else { return nil }
        return AppUser(person: person, app: app.id, assignedAt: max(assignment.at, person.created), group: group)
    }
}
