/// What one reading of Okta brought: the whole directory, or the part of it that was asked for.
///
/// A user is held once, however many groups hold them, and memberships are places in ``users``: a directory of a hundred
/// thousand users takes about thirty megabytes.
public struct Reading: Sendable {
    /// The groups as Okta describes them.
    public var groups: [Group.ID: Group] = [:]
    /// Whether ``groups`` is Okta's whole catalogue, so that a group which is not in it is not in Okta.
    public var hasWholeCatalogue: Bool
    /// Groups that Okta does not have any more, as it said when it was asked for them by id.
    public var goneGroups: Set<Group.ID> = []
    /// Groups that Okta listed in a way that could not be read: nothing is known of them but that they are there.
    public var unreadableGroups: Set<Group.ID> = []

    /// The users as Okta describes them, each once.
    public private(set) var users: [User] = []
    /// Users that Okta does not have any more, as it said when it was asked for them by id.
    public var goneUsers: Set<User.ID> = []
    /// Users whom Okta listed in a way that could not be read: nothing is known of them but that they are there.
    public var unreadableUsers: Set<User.ID> = []
    /// All chosen groups of a user, for users whose groups were asked for.
    public var groupsOfUsers: [User.ID: Set<Group.ID>] = [:]

    private var places: [User.ID: Int32] = [:]
    private var memberPlaces: [Group.ID: [Int32]] = [:]
    /// Those who were met only in passing.
    private var passing: Set<Int32> = []

    public init(hasWholeCatalogue: Bool = false) {
        self.hasWholeCatalogue = hasWholeCatalogue
    }

    /// The groups whose members were read, all of them.
    public var groupsWithMembers: some Collection<Group.ID> { memberPlaces.keys }

    public var membershipCount: Int { memberPlaces.values.reduce(0) { $0 + $1.count } }

    public func user(_ id: User.ID) -> User? {
        place(of: id).map { users[Int($0)] }
    }

    /// nil where the members of the group were not read.
    public func members(of group: Group.ID) -> Set<User.ID>? {
        memberPlaces[group].map { Set($0.map { users[Int($0)].id }) }
    }

    /// Adds a user, or what a second answer says of one: of two answers the one that ends access counts, since two
    /// groups may have been read at two moments.
    ///
    /// - Parameter inPassing: They are somewhere in the org, which makes nobody one of ours.
    /// - Returns: Their place in ``users``.
    @discardableResult
    public mutating func add(_ user: User, inPassing: Bool = false) -> Int32 {
        if let place = places[user.id] {
            if !inPassing { passing.remove(place) }
            if users[Int(place)] != user, !users[Int(place)].status.statesRemoval { users[Int(place)] = user }
            return place
        }
        let place = Int32(users.count)
        places[user.id] = place
        users.append(user)
        if inPassing { passing.insert(place) }
        return place
    }

    /// Sets the members of a group, each of them once.
    public mutating func setMembers(of group: Group.ID, to members: some Collection<User>) {
        memberPlaces[group] = members.map { add($0) }
    }

    /// Takes a group out that was deleted while it was read.
    public mutating func drop(_ group: Group.ID) {
        groups[group] = nil
        memberPlaces[group] = nil
        goneGroups.insert(group)
    }

    func isInPassing(_ place: Int32) -> Bool { passing.contains(place) }

    func place(of id: User.ID) -> Int32? { places[id] }

    func memberPlaces(of group: Group.ID) -> [Int32]? { memberPlaces[group] }
}

extension Reading {
    /// The whole of a directory that is held otherwise.
    public init(_ snapshot: Snapshot) {
        self.init(hasWholeCatalogue: true)
        groups = snapshot.groups
        for user in snapshot.users.values { add(user) }
        for (group, members) in snapshot.members {
            setMembers(of: group, to: members.compactMap { snapshot.users[$0] })
        }
    }
}
