import Foundation

extension Org {
    /// All that an org holds, with the indexes that keep it quick at a hundred thousand people.
    struct State: Sendable {
        var ids: OktaIDSource
        var origin = "http://127.0.0.1"
        var everyone = Group.ID("")

        private(set) var people: [Person.ID: Person] = [:]
        private(set) var groups: [Group.ID: Group] = [:]
        private(set) var peopleIDs = SortedIDs<Person>()
        private(set) var groupIDs = SortedIDs<Group>()
        /// People by the rank of their status, for the plain list of users.
        private(set) var peopleByRank = Array(repeating: SortedIDs<Person>(), count: Person.Status.allCases.count)
        private(set) var idByLogin: [String: Person.ID] = [:]
        private(set) var idsByShortName: [String: Set<Person.ID>] = [:]
        /// Groups made in Okta by their name in lower case, which no two share.
        private(set) var groupIDByName: [String: Group.ID] = [:]
        /// `Everyone` is not in here: all people are in it.
        private(set) var memberIDs: [Group.ID: SortedIDs<Person>] = [:]
        private(set) var groupIDsOfPerson: [Person.ID: SortedIDs<Group>] = [:]

        var apps: [AppIntegration.ID: AppIntegration] = [:]
        var appIDs = SortedIDs<AppIntegration>()
        var tokens: [APIToken.ID: APIToken] = [:]
        var tokenIDs = SortedIDs<APIToken>()
        var tokenIDByDigest: [String: APIToken.ID] = [:]
        var mails: [Mail] = []
        var passwordLinks: [String: PasswordLink] = [:]
        var linkTokens: [Person.ID: String] = [:]
        var sessions: [String: Session] = [:]
        var codes: [String: AuthorizationCode] = [:]
        var accessTokens: [String: AccessToken] = [:]
        var log: SystemLog
        var hooks: [EventHook.ID: EventHook] = [:]
        var hookConduct = EventHookConduct()
        let outbox: EventHookOutbox

        init(seed: UInt64, clock: OrgClock, outbox: EventHookOutbox) {
            ids = OktaIDSource(seed: seed)
            log = SystemLog(clock: clock)
            self.outbox = outbox
        }
    }
}

extension Org.State {
    func person(_ id: Org.Person.ID) throws(OktaFailure) -> Org.Person {
        guard let person = people[id] else { throw .notFound(id.description, "User") }
        return person
    }

    func group(_ id: Org.Group.ID) throws(OktaFailure) -> Org.Group {
        guard let group = groups[id] else { throw .notFound(id.description, "UserGroup") }
        return group
    }

    func app(_ id: Org.AppIntegration.ID) throws(OktaFailure) -> Org.AppIntegration {
        guard let app = apps[id] else { throw .notFound(id.description, "AppInstance") }
        return app
    }

    /// By id, login, or the login's first part where only one person has it.
    func personID(named name: String) throws(OktaFailure) -> Org.Person.ID {
        let id = Org.Person.ID(name)
        if people[id] != nil { return id }
        let folded = name.lowercased()
        if let id = idByLogin[folded] { return id }
        if let ids = idsByShortName[folded], ids.count == 1, let id = ids.first { return id }
        throw .notFound(name, "User")
    }

    func members(of group: Org.Group.ID) -> SortedIDs<Org.Person> {
        group == everyone ? peopleIDs : memberIDs[group] ?? SortedIDs()
    }

    func memberCount(of group: Org.Group.ID) -> Int {
        group == everyone ? peopleIDs.count : memberIDs[group]?.count ?? 0
    }

    /// All of a person's groups, `Everyone` among them.
    func groupIDs(of person: Org.Person.ID) -> SortedIDs<Org.Group> {
        var ids = groupIDsOfPerson[person] ?? SortedIDs()
        ids.insert(everyone)
        return ids
    }

    mutating func insert(_ person: Org.Person) {
        people[person.id] = person
        peopleIDs.insert(person.id)
        peopleByRank[person.status.rank].insert(person.id)
        indexLogin(of: person)
    }

    mutating func update(_ person: Org.Person) {
        guard let old = people.updateValue(person, forKey: person.id) else { return }
        if old.status != person.status {
            peopleByRank[old.status.rank].remove(old.id)
            peopleByRank[person.status.rank].insert(person.id)
        }
        if old.login != person.login {
            unindexLogin(of: old)
            indexLogin(of: person)
        }
    }

    /// Takes the person out of the directory, of all groups and of all apps.
    mutating func remove(_ person: Org.Person, at second: Date) {
        for group in groupIDsOfPerson[person.id]?.all ?? [] {
            removeMember(person.id, from: group, at: second)
        }
        groups[everyone]?.lastMembershipUpdated = second
        for id in appIDs.all { apps[id]?.assignedPeople[person.id] = nil }
        dropPasswordLink(of: person.id)
        peopleByRank[person.status.rank].remove(person.id)
        unindexLogin(of: person)
        peopleIDs.remove(person.id)
        people[person.id] = nil
        groupIDsOfPerson[person.id] = nil
    }

    mutating func insert(_ group: Org.Group) {
        groups[group.id] = group
        groupIDs.insert(group.id)
        if group.kind == .okta { groupIDByName[group.name.lowercased()] = group.id }
    }

    mutating func update(_ group: Org.Group) {
        let old = groups.updateValue(group, forKey: group.id)
        guard group.kind == .okta, old?.name != group.name else { return }
        if let old { groupIDByName[old.name.lowercased()] = nil }
        groupIDByName[group.name.lowercased()] = group.id
    }

    mutating func remove(_ group: Org.Group) {
        for person in memberIDs[group.id]?.all ?? [] { groupIDsOfPerson[person]?.remove(group.id) }
        memberIDs[group.id] = nil
        for id in appIDs.all { apps[id]?.assignedGroups[group.id] = nil }
        groupIDs.remove(group.id)
        groups[group.id] = nil
        if group.kind == .okta { groupIDByName[group.name.lowercased()] = nil }
    }

    /// False for a person who is in already: nothing moves then. Writes no event.
    @discardableResult
    mutating func addMember(_ person: Org.Person.ID, to group: Org.Group.ID, at second: Date) -> Bool {
        guard memberIDs[group, default: SortedIDs()].insert(person) else { return false }
        groupIDsOfPerson[person, default: SortedIDs()].insert(group)
        groups[group]?.lastMembershipUpdated = second
        return true
    }

    /// False for a person who is not in: nothing moves then. Writes no event.
    @discardableResult
    mutating func removeMember(_ person: Org.Person.ID, from group: Org.Group.ID, at second: Date) -> Bool {
        guard memberIDs[group]?.remove(person) == true else { return false }
        groupIDsOfPerson[person]?.remove(group)
        groups[group]?.lastMembershipUpdated = second
        return true
    }

    /// Ends what a person holds in browsers and apps.
    mutating func endSessions(of person: Org.Person.ID) {
        sessions = sessions.filter { $0.value.person != person }
        codes = codes.filter { $0.value.person != person }
        accessTokens = accessTokens.filter { $0.value.person != person }
    }

    /// Nobody can set a password with the person's last link any more.
    mutating func dropPasswordLink(of person: Org.Person.ID) {
        if let token = linkTokens.removeValue(forKey: person) { passwordLinks[token] = nil }
    }

    private mutating func indexLogin(of person: Org.Person) {
        idByLogin[person.login.lowercased()] = person.id
        idsByShortName[person.profile.shortName, default: []].insert(person.id)
    }

    private mutating func unindexLogin(of person: Org.Person) {
        idByLogin[person.login.lowercased()] = nil
        idsByShortName[person.profile.shortName]?.remove(person.id)
    }
}
