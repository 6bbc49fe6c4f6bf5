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

    let client: OktaClient
    let state: ReadingState
    /// Told after each group, with how many of how many are read.
    let onProgress: @Sendable (_ stage: String, _ done: Int, _ total: Int?) async -> Void

    /// The catalogue and the members of every chosen group: ⌈groups / 200⌉ requests and the pages of the chosen groups that
    /// have members.
    func everything() async throws(OktaError) -> Pulled {
        let catalogue = try await catalogue(memberCounts: true)
        var pulled = Pulled(hasWholeCatalogue: true)
        pulled.add(catalogue)
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
        let groups =
            withCatalogue
            ? try await catalogue(memberCounts: false) : try await client.groups(changedSince: since)
        let users = try await client.users(changedSince: since)
        var pulled = Pulled(hasWholeCatalogue: withCatalogue)
        pulled.add(groups)
        pulled.add(users)
        let changed = groups.items.filter(hasChangedMembers).map { Group.ID($0.id) }
        // A wanted group that is gone from Okta shows as deleted when it is read.
        let wanted = state.chosen.filter(\.value.isWanted).keys
        try await readMembers(of: Array(Set(changed).union(wanted)), into: &pulled)
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
                let groups = try await client.groups(ofUser: user.rawValue).items.map { Group.ID($0.id) }
                pulled.reading.groupsOfUsers[user] = Set(groups.filter { state.chosen[$0] != nil })
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

    private func catalogue(memberCounts: Bool) async throws(OktaError) -> OktaList<OktaGroup> {
        await onProgress("Reading groups", 0, nil)
        return try await client.groups(memberCounts: memberCounts) { [onProgress] read in
            await onProgress("Reading groups", read, nil)
        }
    }

    /// Whether somebody joined or left a chosen group since its members were read. Okta's times are whole seconds: one
    /// that changed in the second in which it was read is read again.
    private func hasChangedMembers(_ group: OktaGroup) -> Bool {
        guard let chosen = state.chosen[Group.ID(group.id)] else { return false }
        guard let readAt = chosen.readAt, let changedAt = group.membershipUpdated else { return true }
        return changedAt >= readAt
    }

    private func readMembers(of groups: [Group.ID], into pulled: inout Pulled) async throws(OktaError) {
        guard !groups.isEmpty else { return }
        let stage = "Reading members"
        await onProgress(stage, 0, groups.count)
        var failure: OktaError?
        var read = 0
        await withTaskGroup { tasks in
            var waiting = groups.makeIterator()
            for group in (0..<Self.groupsAtOnce).compactMap({ _ in waiting.next() }) {
                tasks.addTask { (group, await self.members(of: group)) }
            }
            for await (group, result) in tasks {
                switch result {
                case .success(let members):
                    pulled.add(members, of: group)
                    read += 1
                    await onProgress(stage, read, groups.count)
                    if failure == nil, let next = waiting.next() {
                        tasks.addTask { (next, await self.members(of: next)) }
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

    /// nil where the group is gone since the catalogue was read.
    private func members(of group: Group.ID) async -> Result<GroupMembers?, OktaError> {
        do {
            return .success(GroupMembers(try await client.members(of: group.rawValue)))
        } catch .notFound(.group) {
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }
}
