import Foundation

extension Operation {
    static let groups = [
        Operation("GET", "groups", "okta.groups.read", listGroups),
        Operation("POST", "groups", "okta.groups.manage") { (call) throws(OktaFailure) in
            guard call.caller.onlyGroups == nil else { throw .forbidden }
            let (name, description) = try groupProfile(call)
            return call.reply(try call.org.createGroup(name, description: description))
        },
        Operation("GET", "groups/*", "okta.groups.read") { (call) throws(OktaFailure) in
            call.reply(try call.group())
        },
        Operation("PUT", "groups/*", "okta.groups.manage") { (call) throws(OktaFailure) in
            let (name, description) = try groupProfile(call)
            return call.reply(try call.org.renameGroup(call.group().id, to: name, description: description))
        },
        Operation("DELETE", "groups/*", "okta.groups.manage") { (call) throws(OktaFailure) in
            guard call.caller.onlyGroups == nil else { throw .forbidden }
            try call.org.deleteGroup(call.group().id)
            return .noContent
        },
        Operation("GET", "groups/*/users", "okta.groups.read") { (call) throws(OktaFailure) in
            let group = try call.group()
            let page = try call.page(default: 1_000, max: 1_000)
            let cursor: Org.Person.ID? = try call.cursor(page, prefix: "00u")
            let members = try call.org.members(of: group.id, after: cursor, limit: page.fetched)
            return call.list(members, page, cursor: \.id.description)
        },
        Operation("PUT", "groups/*/users/*", "okta.groups.manage") { (call) throws(OktaFailure) in
            try call.org.addMember(Org.Person.ID(call.arguments[1]), to: call.group().id)
            return .noContent
        },
        Operation("DELETE", "groups/*/users/*", "okta.groups.manage") { (call) throws(OktaFailure) in
            try call.org.removeMember(Org.Person.ID(call.arguments[1]), from: call.group().id)
            return .noContent
        },
        Operation("GET", "groups/*/apps", "okta.groups.read") { (call) throws(OktaFailure) in
            let group = try call.group()
            let page = try call.page(default: 20, max: 200)
            let cursor: Org.AppIntegration.ID? = try call.cursor(page, prefix: "0oa")
            let apps = call.org.apps.filter { app in
                app.assignedGroups[group.id] != nil && cursor.map { app.id > $0 } ?? true
            }
            return call.list(Array(apps.prefix(page.fetched)), page, cursor: \.id.description) { app, writer in
                app.write(to: &writer, origin: call.origin)
            }
        },
    ]

    private static func listGroups(_ call: Call) throws(OktaFailure) -> Reply {
        var page = try call.page(default: 200, max: 200)
        let search = try call.query["search"].map { (text) throws(OktaFailure) in try ResourceFilter(text, .groupSearch)
        }
        let filter = try call.query["filter"].map { (text) throws(OktaFailure) in try ResourceFilter(text, .groupFilter)
        }
        let beginning = call.query["q"]?.lowercased()
        let hidden = call.org.faults.hiddenGroups
        let matches: @Sendable (Org.Group) -> Bool = { group in
            call.caller.sees(group.id) && !hidden.contains(group.id) && !call.isNarrowedAway(group.id)
                && beginning.map { group.name.lowercased().hasPrefix($0) } ?? true
                && search?.matches(foldingCase: true, group.value) ?? true
                && filter?.matches(foldingCase: false, group.value) ?? true
        }
        let withStats = call.query["expand"]?.contains("stats") == true
        let write: (Org.Group, inout JSONWriter) -> Void = { group, writer in
            group.write(to: &writer, origin: call.origin, stats: withStats ? call.org.stats(of: group.id) : nil)
        }
        if search != nil, let property = call.query["sortBy"] {
            let order = SortOrder(descending: call.query["sortOrder"]?.lowercased() == "desc")
            let keyed = call.org.groups(where: matches).map {
                (key: order.key($0.value(of: property), $0.id.description), $0)
            }
            return try order.list(keyed, call, page) { groups, page, cursor in
                call.list(groups, page, cursor: cursor, write: write)
            }
        }
        let cursor: Org.Group.ID? = try call.cursor(page, prefix: "00g")
        var groups = call.org.groups(after: cursor, limit: page.fetched, where: matches)
        // `q` has no further pages.
        if beginning != nil {
            page = Page(limit: page.limit, after: nil)
            groups = Array(groups.prefix(page.limit))
        }
        return call.list(groups, page, cursor: \.id.description, write: write)
    }

    private static func groupProfile(_ call: Call) throws(OktaFailure) -> (name: String, description: String?) {
        let profile = try call.members()["profile"]
        return (profile?["name"]?.string ?? "", profile?["description"]?.string)
    }
}

extension Org {
    func stats(of group: Group.ID) -> Group.Stats {
        read { state in
            Group.Stats(
                users: state.memberCount(of: group),
                apps: state.apps.values.count { $0.assignedGroups[group] != nil }
            )
        }
    }
}
