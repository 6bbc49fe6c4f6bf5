public import Access

extension Store {
    /// The revision of each site: it grows with each change of the site's peers, or of what gateways are told beside them.
    public func siteRevisions() async throws(StoreError) -> [Site.ID: Int64] {
        try await read { (transaction) throws(StoreError) in
            var revisions: [Site.ID: Int64] = [:]
            let all: SQL = """
                SELECT site_id, revision FROM site WHERE organisation_id = \(organisation.id) AND removed_at IS NULL
                """
            try transaction.forEach(all) { (row) throws(StoreError) in
                revisions[try row.id("site_id")] = try row.int64("revision")
            }
            return revisions
        }
    }

    /// Gives a signal when some site may have another revision, or a gateway or site was removed, in whichever process; at once and
    /// without a change too. It misses nothing, and it may signal too often.
    ///
    /// It costs a thread, and on PostgreSQL a connection, until the stream is let go: a program asks for it once.
    public func siteChanges() -> AsyncStream<Void> {
        database.siteChanges()
    }
}

extension Transaction {
    /// Gives the sites for which `condition` holds their next revision.
    func raiseRevision(ofSites condition: SQL, in store: Store) throws(StoreError) {
        let organisation = store.organisation
        try run("UPDATE site SET revision = revision + 1 WHERE organisation_id = \(organisation.id) AND \(condition)")
        try tellSiteChange(in: organisation)
    }
}
