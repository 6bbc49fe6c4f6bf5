public import Access
import Foundation

extension Store {
    /// The sites, by name.
    public func sites() async throws(StoreError) -> [Site] {
        try await read { (transaction) throws(StoreError) in try transaction.sites(in: organisation) }
    }

    public func site(_ id: Site.ID) async throws(StoreError) -> Site? {
        try await read { (transaction) throws(StoreError) in
            try transaction.sites(in: organisation).first { $0.id == id }
        }
    }

    /// Throws ``StoreError/alreadyExists(_:)`` where the name is taken in any case, and ``StoreError/conflict(_:)``
    /// where the range overlaps another site's, or the one from which devices have their tunnel addresses.
    public func addSite(
        name: String,
        addressRange: AddressRange,
        by actor: Actor
    ) async throws(StoreError) -> Site {
        let site = Site(id: .random(), name: try Self.siteName(name), addressRange: addressRange)
        return try await write { (transaction) throws(StoreError) in
            try transaction.refuseClash(of: site, in: organisation)
            try transaction.run(
                """
                INSERT INTO site (organisation_id, site_id, name, folded_name, address_range, created_at)
                VALUES (\(organisation.id), \(site.id), \(site.name), \(site.foldedName),
                    \(site.addressRange.description), \(now()))
                """
            )
            try transaction.record(
                action: "site.added",
                subject: site.name,
                new: site.addressRange.description,
                by: actor,
                in: self
            )
            return site
        }
    }

    /// Writes the name and the address range of a site that is there. Its connections end where the range changed:
    /// their devices still route the old one.
    public func updateSite(_ site: Site, by actor: Actor) async throws(StoreError) {
        var site = site
        site.name = try Self.siteName(site.name)
        try await write { [site] (transaction) throws(StoreError) in
            let before = try transaction.site(site.id, in: organisation)
            guard before != site else { return }
            try transaction.refuseClash(of: site, in: organisation)
            try transaction.run(
                """
                UPDATE site SET name = \(site.name), folded_name = \(site.foldedName),
                    address_range = \(site.addressRange.description)
                WHERE organisation_id = \(organisation.id) AND site_id = \(site.id)
                """
            )
            if before.addressRange != site.addressRange {
                let closed = try transaction.closeConnections(
                    where: "site_id = \(site.id)",
                    because: "The site's address range was changed.",
                    in: self
                )
                if closed == 0 { try transaction.raiseRevision(ofSites: "site_id = \(site.id)", in: self) }
            }
            try transaction.record(
                action: "site.changed",
                subject: before.name,
                old: before.summary,
                new: site.summary,
                by: actor,
                in: self
            )
        }
    }

    /// Closes the site's connections, and takes its grants, overrides and gateways with it. What was closed stays in the history for
    /// as long as all others, and its row with it.
    public func removeSite(_ id: Site.ID, by actor: Actor) async throws(StoreError) {
        let row: SQL = "organisation_id = \(organisation.id) AND site_id = \(id)"
        try await write { (transaction) throws(StoreError) in
            let site = try transaction.site(id, in: organisation)
            let closed = try transaction.closeConnections(
                where: "site_id = \(id)",
                because: "The site was removed.",
                in: self
            )
            if closed == 0 { try transaction.raiseRevision(ofSites: "site_id = \(id)", in: self) }
            try transaction.freeTunnelAddresses(where: "site_id = \(id)", in: self)
            for gateway in try transaction.gateways(where: "site_id = \(id)", in: organisation) {
                try transaction.remove(gateway, in: self)
            }
            try transaction.run("DELETE FROM site_grant WHERE \(row)")
            try transaction.run("DELETE FROM user_site_override WHERE \(row)")
            try transaction.run("UPDATE site SET removed_at = \(time) WHERE \(row)")
            try transaction.record(
                action: "site.removed",
                subject: site.name,
                old: "\(site.summary), \(closed == 1 ? "1 connection" : "\(closed) connections")",
                by: actor,
                in: self
            )
        }
    }

    private static func siteName(_ typed: String) throws(StoreError) -> String {
        let name = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !name.isEmpty else { throw .conflict("A site needs a name.") }
        guard name.count <= 100 else { throw .conflict("The name of a site may have at most 100 characters.") }
        return name
    }
}
