import Directory
import Okta

/// Reads the catalogue of groups and the members of the chosen ones: ⌈groups / 200⌉ requests and the pages of the
/// chosen groups, never one per user.
struct Pull: Sendable {
    /// How many groups are read at the same time. The rate-limit budget is shared, so this bounds only the wait for
    /// the network.
    static let groupsAtOnce = 6

    let client: OktaClient
    let chosen: Set<Group.ID>
    let kept: Snapshot
    /// Told after each group, with how many of how many are read.
    let onProgress: @Sendable (_ stage: String, _ done: Int, _ total: Int?) async -> Void

    func run() async throws(OktaError) -> Pulled {
        await onProgress("Reading groups", 0, nil)
        let catalogue = try await client.groups(memberCounts: true) { [onProgress] read in
            await onProgress("Reading groups", read, nil)
        }
        let wanted = catalogue.items.map { Group.ID($0.id) }.filter(chosen.contains)
        return Pulled(catalogue: catalogue, members: try await members(of: wanted), kept: kept)
    }

    private func members(of groups: [Group.ID]) async throws(OktaError) -> [Group.ID: OktaList<OktaUser>?] {
        let stage = "Reading members"
        await onProgress(stage, 0, groups.count)
        let results = await withTaskGroup { tasks in
            var waiting = groups.makeIterator()
            var results: [Group.ID: Result<OktaList<OktaUser>?, OktaError>] = [:]
            for group in (0..<Self.groupsAtOnce).compactMap({ _ in waiting.next() }) {
                tasks.addTask { (group, await members(of: group)) }
            }
            for await (group, result) in tasks {
                results[group] = result
                await onProgress(stage, results.count, groups.count)
                if case .failure = result {
                    tasks.cancelAll()
                } else if let next = waiting.next() {
                    tasks.addTask { (next, await members(of: next)) }
                }
            }
            return results
        }
        // The failure that stopped the others, not one of those that were stopped.
        for case .failure(let error) in results.values where error != .cancelled { throw error }
        return try results.mapValuesTyped()
    }

    /// nil where the group is gone since the catalogue was read.
    private func members(of group: Group.ID) async -> Result<OktaList<OktaUser>?, OktaError> {
        do {
            return .success(try await client.members(of: group.rawValue))
        } catch .notFound(.group) {
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }
}

extension [Group.ID: Result<OktaList<OktaUser>?, OktaError>] {
    /// `mapValues` with a typed error.
    fileprivate func mapValuesTyped() throws(OktaError) -> [Group.ID: OktaList<OktaUser>?] {
        var values: [Group.ID: OktaList<OktaUser>?] = [:]
        for (group, result) in self {
            values.updateValue(try result.get(), forKey: group)
        }
        return values
    }
}
