import Directory
import Foundation
import Okta
import Storage

/// Reads Okta: everything, what changed, or what was named. Never a request per user, but for users who were named.
struct Pull: Sendable {
    /// How many groups are read at the same time. The rate-limit budget is shared, so this bounds only the wait for the
    /// network.
    static let groupsAtOnce = 6
    /// How far a reading of changes reaches back behind the one before: Okta keeps times in whole seconds and may show a
    /// change late. What was read already changes nothing.
    static let overlap: TimeInterval = 60
    /// How long Okta may go on answering with members as they were before a change that it already tells of.
    static let lag: TimeInterval = 30
    private static let mostMissingGroups = 25

    let client: OktaClient
    let state: ReadingState
    /// Told after each group, with how many of how many are read.
    let onProgress: @Sendable (_ stage: String, _ done: Int, _ total: Int?) async -> Void

    /// The catalogue and the members of every chosen group: ⌈groups / 200⌉ requests and the pages of the chosen groups that
    /// have members.
    func everything() async throws(OktaError) -> Pulled {
        let catalogue = try await catalogue()
        var pulled = Pulled(hasWholeCatalogue: true)
        pulled.add(catalogue)
        try await askForMissingGroups(into: &pulled)
        let chosen = state.chosen.filter { pulled.reading.groups[$0.key] != nil }
        // Okta says that nobody is in it, and so do we.
        let empty = chosen.filter { pulled.stamp.memberCounts[$0.key] == 0 && !$0.value.hasMembers }
        for group in empty.keys { pulled.reading.setMembers(of: group, to: []) }
        try await readMembers(of: chosen.keys.filter { empty[$0] == nil }, into: &pulled)
        pulled.stamp.isFull = true
        pulled.stamp.readUntil = catalogue.asOf
        pulled.stamp.membersReadAt = [:]
        return pulled
    }

    /// Users and groups that changed since the last reading, and the members of the groups whose membership did: two
    /// requests where nothing changed. Everything, where nothing was read yet.
    ///
    /// - Parameter withCatalogue: Reads all groups instead of those that changed, which shows those that were deleted.
    func changes(withCatalogue: Bool) async throws(OktaError) -> Pulled {
        guard let readUntil = state.readUntil else { return try await everything() }
        let since = readUntil.addingTimeInterval(-Self.overlap)
        let wanted = state.chosen.filter(\.value.isWanted).keys
        // Those that are wanted are not among those that changed, and their counts are wanted too.
        let withCatalogue = withCatalogue || !wanted.isEmpty
        let groups =
            withCatalogue
            ? try await catalogue() : try await client.groups(memberCounts: true, changedSince: since)
        // By a clock that was put back nothing has changed for a while.
        if let now = groups.asOf, now < readUntil.addingTimeInterval(-Self.overlap / 2) {
            return try await everything()
        }
        let users = try await client.users(changedSince: since)
        var pulled = Pulled(hasWholeCatalogue: withCatalogue)
        pulled.add(groups)
        pulled.add(users)
        if withCatalogue { try await askForMissingGroups(into: &pulled) }
        let changed = groups.items.filter(hasChangedMembers).map { Group.ID($0.id) }
        let wantedAndThere = wanted.filter { pulled.reading.groups[$0] != nil }
        try await readMembers(of: Array(Set(changed).union(wantedAndThere)), into: &pulled)
        pulled.stamp.readUntil = [groups.asOf, users.asOf].compactMap(\.self).min()
        return pulled
    }

    /// The users and groups that were named, each by its id, with the groups of each user: what Okta answers to that is
    /// never late.
    func named(_ names: NamedObjects) async throws(OktaError) -> Pulled {
        var pulled = Pulled()
        for user in names.users.sorted() {
            do throws(OktaError) {
                pulled.reading.add(User(try await client.user(user.rawValue)), inPassing: true)
                pulled.setGroups(
                    of: user,
                    to: try await client.groups(ofUser: user.rawValue),
                    chosen: state.chosen.keys
                )
            } catch .notFound(.user) {
                pulled.reading.goneUsers.insert(user)
            }
        }
        for group in names.groups.sorted() {
            do throws(OktaError) {
                pulled.reading.groups[group] = Group(try await client.group(group.rawValue))
            } catch .notFound(.group) {
                pulled.reading.goneGroups.insert(group)
            }
        }
        pulled.stamp.named = Set(names.users.map(\.rawValue)).union(names.groups.map(\.rawValue))
        return pulled
    }

    /// Users whose status or profile changed since the last reading, in a list or not; nothing before the first.
    func readChangedUsers(into pulled: inout Pulled) async throws(OktaError) {
        guard let readUntil = state.readUntil else { return }
        pulled.add(try await client.users(changedSince: readUntil.addingTimeInterval(-Self.overlap)))
    }

    /// The chosen groups of those users, so that of somebody who is missing in a list it is known for certain.
    func askForGroups(of users: Set<User.ID>, into pulled: inout Pulled) async throws(OktaError) {
        for user in users.sorted() {
            do throws(OktaError) {
                pulled.setGroups(
                    of: user,
                    to: try await client.groups(ofUser: user.rawValue),
                    chosen: state.chosen.keys
                )
            } catch .notFound(.user) {
                pulled.reading.goneUsers.insert(user)
            }
        }
    }

    /// Asks by its id for each chosen group that the catalogue does not have, but for those that are known to be missing:
    /// a catalogue that lacks one which is there proves of no group that it is gone.
    private func askForMissingGroups(into pulled: inout Pulled) async throws(OktaError) {
        let missing = state.chosen.filter { id, group in
            group.hasMembers && pulled.reading.groups[id] == nil && !pulled.reading.unreadableGroups.contains(id)
        }
        for group in missing.keys.sorted().prefix(Self.mostMissingGroups) {
            do throws(OktaError) {
                let found = Group(try await client.group(group.rawValue))
                pulled.reading.groups[group] = found
                pulled.reading.hasWholeCatalogue = false
                pulled.stamp.hasWholeCatalogue = false
                pulled.warnings.append("Okta's list of groups lacks \(found.name), which is there.")
            } catch .notFound(.group) {
                pulled.reading.goneGroups.insert(group)
            }
        }
    }

    private func catalogue() async throws(OktaError) -> OktaList<OktaGroup> {
        await onProgress("Reading groups", 0, nil)
        return try await client.groups(memberCounts: true) { [onProgress] read in
            await onProgress("Reading groups", read, nil)
        }
    }

    /// Whether somebody joined or left a chosen group since its members were read. One that changed shortly before
    /// is read again: Okta's times are whole seconds, and its lists may be late.
    private func hasChangedMembers(_ group: OktaGroup) -> Bool {
        guard let chosen = state.chosen[Group.ID(group.id)] else { return false }
        guard let readAt = chosen.readAt, let changedAt = group.membershipUpdated else { return true }
        return changedAt >= readAt.addingTimeInterval(-Self.lag)
    }

    private func readMembers(of groups: [Group.ID], into pulled: inout Pulled) async throws(OktaError) {
        guard !groups.isEmpty else { return }
        let stage = "Reading members"
        await onProgress(stage, 0, groups.count)
        var failure: OktaError?
        var read = 0
        let counts = pulled.stamp.memberCounts
        await withTaskGroup { tasks in
            var waiting = groups.makeIterator()
            for group in (0..<Self.groupsAtOnce).compactMap({ _ in waiting.next() }) {
                tasks.addTask { (group, await self.members(of: group, counted: counts[group])) }
            }
            for await (group, result) in tasks {
                switch result {
                case .success(let answer):
                    pulled.add(answer, of: group)
                    read += 1
                    await onProgress(stage, read, groups.count)
                    if failure == nil, let next = waiting.next() {
                        tasks.addTask { (next, await self.members(of: next, counted: counts[next])) }
                    }
                case .failure(let error):
                    // The failure that stopped the others, not one of those that were stopped.
                    if failure == nil || failure == .cancelled { failure = error }
                    tasks.cancelAll()
                }
            }
        }
        if let failure { throw failure }
    }

    /// A list that is shorter than Okta's own count is read once more, and so is one that Okta does not find.
    private func members(of group: Group.ID, counted count: Int?) async -> Result<MembersAnswer, OktaError> {
        do throws(OktaError) {
            let members = try await readMembers(of: group, counted: count)
            return .success(.members(members.areTooFew ? try await readMembers(of: group, counted: count) : members))
        } catch .notFound(.group) {
            return await membersNotFound(of: group, counted: count)
        } catch {
            return .failure(error)
        }
    }

    private func membersNotFound(of group: Group.ID, counted count: Int?) async -> Result<MembersAnswer, OktaError> {
        do throws(OktaError) {
            _ = try await client.group(group.rawValue)
        } catch .notFound(.group) {
            return .success(.gone)
        } catch {
            return .failure(error)
        }
        do throws(OktaError) {
            return .success(.members(try await readMembers(of: group, counted: count)))
        } catch .notFound(.group) {
            return .success(.contradiction)
        } catch {
            return .failure(error)
        }
    }

    private func readMembers(of group: Group.ID, counted count: Int?) async throws(OktaError) -> GroupMembers {
        GroupMembers(try await client.members(of: group.rawValue), count: count)
    }
}
