import Foundation

extension Org {
    public var everyone: Group.ID { read { $0.everyone } }

    /// Makes a group. Names of groups made in Okta are unique without regard to case; imported ones may repeat.
    @discardableResult
    public func createGroup(
        _ name: String,
        description: String? = nil,
        kind: Group.Kind = .okta,
        source: AppIntegration.ID? = nil
    ) throws(OktaFailure) -> Group {
        try checkName(name, description: description)
        let second = second
        return try change { (state) throws(OktaFailure) in
            if kind == .okta { try state.checkGroupName(name, isFreeFor: nil) }
            return state.createGroup(name, description: description, kind: kind, source: source, at: second)
        }
    }

    @discardableResult
    public func renameGroup(
        _ id: Group.ID,
        to name: String,
        description: String? = nil
    ) throws(OktaFailure) -> Group {
        try checkName(name, description: description)
        let second = second
        return try change { (state) throws(OktaFailure) in
            let group = try state.checkIsEditable(id)
            try state.checkGroupName(name, isFreeFor: id)
            return state.rename(group, to: name, description: description, at: second)
        }
    }

    public func deleteGroup(_ id: Group.ID) throws(OktaFailure) {
        try change { (state) throws(OktaFailure) in
            let group = try state.group(id)
            guard group.kind != .builtIn else { throw .forbidden }
            state.delete(group)
        }
    }

    public func group(_ id: Group.ID) -> Group? { read { $0.groups[id] } }

    /// The first group of this name, in the order of making.
    public func group(named name: String) -> Group? {
        read { state in state.groupIDs.all.lazy.compactMap { state.groups[$0] }.first { $0.name == name } }
    }

    public var groupCount: Int { read { $0.groups.count } }

    /// Groups in the order of their ids, from after the cursor, at most `limit`.
    public func groups(
        after cursor: Group.ID? = nil,
        limit: Int = .max,
        where matches: @Sendable (Group) -> Bool = { _ in true }
    ) -> [Group] {
        read { state in
            var found: [Group] = []
            for id in state.groupIDs.after(cursor) {
                guard found.count < limit else { break }
                if let group = state.groups[id], matches(group) { found.append(group) }
            }
            return found
        }
    }

    /// A person who is in already stays; nothing changes then.
    public func addMember(_ person: Person.ID, to group: Group.ID) throws(OktaFailure) {
        let second = second
        try change { (state) throws(OktaFailure) in
            let group = try state.checkIsEditable(group)
            state.join(try state.person(person), group, at: second)
        }
    }

    /// Many at once, also into an imported group, as an import does.
    public func addMembers(_ people: some Sequence<Person.ID>, to group: Group.ID) throws(OktaFailure) {
        let second = second
        let people = Array(people)
        try change { (state) throws(OktaFailure) in
            let group = try state.group(group)
            guard group.kind != .builtIn else { throw .forbidden }
            for person in people { state.join(try state.person(person), group, at: second) }
        }
    }

    public func removeMember(_ person: Person.ID, from group: Group.ID) throws(OktaFailure) {
        let second = second
        try change { (state) throws(OktaFailure) in
            let group = try state.checkIsEditable(group)
            state.leave(try state.person(person), group, at: second)
        }
    }

    /// Members of all statuses in the order of their ids, from after the cursor, at most `limit`.
    public func members(
        of group: Group.ID,
        after cursor: Person.ID? = nil,
        limit: Int = .max
    ) throws(OktaFailure) -> [Person] {
        try read { (state) throws(OktaFailure) in
            let id = try state.group(group).id
            return state.members(of: id).after(cursor).prefix(limit).compactMap { state.people[$0] }
        }
    }

    public func memberCount(of group: Group.ID) -> Int { read { $0.memberCount(of: group) } }

    public func isMember(_ person: Person.ID, of group: Group.ID) -> Bool {
        read { $0.members(of: group).contains(person) }
    }

    /// A person's groups in the order of their ids; `Everyone` is one of them.
    public func groups(of person: Person.ID) throws(OktaFailure) -> [Group] {
        try read { (state) throws(OktaFailure) in
            let id = try state.person(person).id
            return state.groupIDs(of: id).all.compactMap { state.groups[$0] }
        }
    }

    private func checkName(_ name: String, description: String?) throws(OktaFailure) {
        if name.isEmpty { throw .validation("name", "name: The field cannot be left blank") }
        if name.count > 255 { throw .validation("name", "name: String is too long") }
        if (description ?? "").count > 1024 { throw .validation("description", "description: String is too long") }
    }
}

extension Org.State {
    mutating func createGroup(
        _ name: String,
        description: String?,
        kind: Org.Group.Kind = .okta,
        source: Org.AppIntegration.ID? = nil,
        at second: Date
    ) -> Org.Group {
        let group = Org.Group(
            id: ids.next("00g"),
            kind: kind,
            name: name,
            description: description,
            source: source,
            created: second,
            lastUpdated: second,
            lastMembershipUpdated: second
        )
        insert(group)
        record(.groupCreate, .init(group))
        return group
    }

    @discardableResult
    mutating func rename(
        _ group: Org.Group,
        to name: String,
        description: String?,
        at second: Date
    ) -> Org.Group {
        var group = group
        group.name = name
        group.description = description
        group.lastUpdated = second
        update(group)
        record(.groupUpdateProfile, .init(group))
        return group
    }

    /// Its members get no event each, as in Okta.
    mutating func delete(_ group: Org.Group) {
        remove(group)
        record(.groupDelete, .init(group))
    }

    mutating func join(_ person: Org.Person, _ group: Org.Group, at second: Date) {
        guard addMember(person.id, to: group.id, at: second) else { return }
        record(.memberAdd, .init(person), .init(group))
    }

    mutating func leave(_ person: Org.Person, _ group: Org.Group, at second: Date) {
        guard removeMember(person.id, from: group.id, at: second) else { return }
        record(.memberRemove, .init(person), .init(group))
    }

    /// The group, if people may change it: one that was made in Okta.
    @discardableResult
    func checkIsEditable(_ id: Org.Group.ID) throws(OktaFailure) -> Org.Group {
        let group = try group(id)
        guard group.kind == .okta else { throw .forbidden }
        return group
    }

    func checkGroupName(_ name: String, isFreeFor group: Org.Group.ID?) throws(OktaFailure) {
        guard let holder = groupIDByName[name.lowercased()], holder != group else { return }
        throw .validation("name", "name: An object with this field already exists in the current organization")
    }
}
