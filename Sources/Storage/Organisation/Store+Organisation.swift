extension Store {
    /// The name as it is now; ``organisation`` has the one with which the store was opened.
    public func organisationName() async throws(StoreError) -> String {
        try await read { (transaction) throws(StoreError) in try transaction.organisationName(in: self) }
    }

    /// Throws ``StoreError/alreadyExists(_:)`` where another organisation of the database has the name.
    public func renameOrganisation(_ name: String, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let before = try transaction.organisationName(in: self)
            guard before != name else { return }
            try transaction.renameOrganisation(to: name, in: self)
            try transaction.record(
                action: "organisation.renamed",
                subject: name,
                old: before,
                new: name,
                by: actor,
                in: self
            )
        }
    }
}
