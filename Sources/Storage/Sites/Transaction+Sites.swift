import Access

extension Transaction {
    /// The sites, by name.
    func sites(in organisation: Organisation) throws(StoreError) -> [Site] {
        var sites: [Site] = []
        let all: SQL = """
            SELECT site_id, name, address_range FROM site
            WHERE organisation_id = \(organisation.id) AND removed_at IS NULL
            """
        try forEach(all) { (row) throws(StoreError) in sites.append(try Site(row)) }
        return sites.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }

    /// The site, or ``StoreError/notFound(_:)``.
    func site(_ id: Site.ID, in organisation: Organisation) throws(StoreError) -> Site {
        let found: SQL = """
            SELECT site_id, name, address_range FROM site
            WHERE organisation_id = \(organisation.id) AND site_id = \(id) AND removed_at IS NULL
            """
        guard let row = try row(found) else { throw .notFound("There is no such site.") }
        return try Site(row)
    }

    /// Throws where another site has the name in any case, or another site or the tunnels have addresses in common.
    func refuseClash(of site: Site, in organisation: Organisation) throws(StoreError) {
        guard !site.addressRange.overlaps(TunnelAddress.range) else {
            throw .conflict(
                """
                The address range \(site.addressRange) overlaps \(TunnelAddress.range), from which devices have their \
                addresses in the tunnels.
                """
            )
        }
        for other in try sites(in: organisation) where other.id != site.id {
            if other.foldedName == site.foldedName {
                throw .alreadyExists("A site named \(other.name) exists.")
            }
            if other.addressRange.overlaps(site.addressRange) {
                throw .conflict(
                    """
                    The address range \(site.addressRange) overlaps \(other.addressRange) of the site \(other.name).
                    """
                )
            }
        }
    }
}

extension Site {
    init(_ row: Row) throws(StoreError) {
        let text = try row.text("address_range")
        guard let range = try? AddressRange(text) else { throw .unreadable("“\(text)” is no address range.") }
        try self.init(id: row.id("site_id"), name: row.text("name"), addressRange: range)
    }

    /// No two sites of an organisation have the same.
    var foldedName: String { name.lowercased() }

    /// As events name what a site was.
    var summary: String { "\(name), \(addressRange)" }
}
