public import Directory

extension Store {
    /// The groups to choose from: the chosen ones first, then by name. A chosen group that Okta does not have stays in
    /// the list; another one leaves it.
    ///
    /// - Parameter search: Part of the name, in any case; nil or blank for all.
    public func groups(search: String? = nil) async throws(StoreError) -> [GroupEntry] {
        let entries = try await read { (transaction) throws(StoreError) in
            try transaction.groupEntries(in: self)
        }
        let words = (search ?? "").lowercased().split(whereSeparator: \.isWhitespace)
        return entries.filter { entry in
            let name = entry.group.name.lowercased()
            return words.allSatisfy { name.contains($0) }
        }
    }

    /// The groups that are synchronized, those included that Okta does not have now.
    public func chosenGroups() async throws(StoreError) -> Set<Group.ID> {
        try await read { (transaction) throws(StoreError) in try transaction.chosenGroups(in: organisation) }
    }

    /// Replaces the choice of groups that are synchronized. Those chosen anew bring their members with the next sync;
    /// the members of those let go lose what they had through them at once.
    public func chooseGroups(_ ids: Set<Group.ID>, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.requireKnown(ids, in: self)
            let before = try transaction.chosenGroups(in: organisation)
            guard before != ids else { return }
            let old = try transaction.names(of: before, in: self)
            for group in ids.subtracting(before) {
                try transaction.run(
                    """
                    UPDATE okta_group SET chosen_at = \(time), chosen_by = \(actor.description), members_wanted = TRUE
                    WHERE organisation_id = \(organisation.id) AND okta_group_id = \(group)
                    """
                )
            }
            let left = try transaction.letGo(before.subtracting(ids), in: self)
            try transaction.endRevokedAccess(of: left, in: self)
            try transaction.record(
                action: "okta.groups-chosen",
                subject: "Okta",
                old: old,
                new: try transaction.names(of: ids, in: self),
                by: actor,
                in: self
            )
        }
    }

    /// Writes the groups that Okta has now. Memberships are not touched. A group that is no longer among them is
    /// marked as missing, unless it is chosen: what that takes away is for the next sync, which is guarded.
    ///
    /// - Parameter memberCounts: What Okta counts; the count of a group without an entry stays.
    public func setCatalogue(_ groups: [Group], memberCounts: [Group.ID: Int]) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let kept = try transaction.keptCatalogue(in: organisation)
            let chosen = try transaction.chosenGroups(in: organisation)
            let gone = Set(kept.groups.keys).subtracting(groups.map(\.id)).subtracting(chosen)
            try transaction.markMissing(gone, in: self)
            try transaction.writeGroups(
                // A chosen group that came back is the sync's to bring back, with its members.
                groups.filter { !chosen.contains($0.id) || kept.groups[$0.id] != nil },
                memberCounts: kept.memberCounts.merging(memberCounts) { $1 },
                in: self
            )
            try transaction.noteCatalogueRead(in: self)
        }
    }
}
