import Directory

import struct Foundation.Date

extension Transaction {
    /// The organisation of that name, or the only one; made where the database has none or `create` says so.
    func organisation(named name: String?, create: Bool, at time: Date) throws(StoreError) -> Organisation {
        let all = try organisations()
        if let name {
            if let found = all.first(where: { $0.name == name }) { return found }
            guard create || all.isEmpty else { throw .noSuchOrganisation(name, known: all.map(\.name)) }
            return try addOrganisation(named: name, at: time)
        }
        guard all.count < 2 else { throw .organisationNotNamed(known: all.map(\.name)) }
        if let only = all.first { return only }
        return try addOrganisation(named: Organisation.unnamed, at: time)
    }

    /// Gives the organisation another name; ``StoreError/alreadyExists(_:)`` where another one has it.
    func renameOrganisation(to name: String, in store: Store) throws(StoreError) {
        if try organisations().contains(where: { $0.name == name && $0.id != store.organisation.id }) {
            throw .alreadyExists("An organisation named \(name) exists.")
        }
        try run("UPDATE organisation SET name = \(name) WHERE organisation_id = \(store.organisation.id)")
    }

    func organisationName(in store: Store) throws(StoreError) -> String {
        let named: SQL = "SELECT name FROM organisation WHERE organisation_id = \(store.organisation.id)"
        guard let row = try row(named) else { throw .notFound("The organisation was removed.") }
        return try row.text("name")
    }

    /// By name.
    private func organisations() throws(StoreError) -> [Organisation] {
        var organisations: [Organisation] = []
        try forEach("SELECT organisation_id, name FROM organisation ORDER BY name") { (row) throws(StoreError) in
            organisations.append(Organisation(id: try row.id("organisation_id"), name: try row.text("name")))
        }
        return organisations
    }

    private func addOrganisation(named name: String, at time: Date) throws(StoreError) -> Organisation {
        let organisation = Organisation(id: .random(), name: name)
        try run(
            """
            INSERT INTO organisation (organisation_id, name, created_at)
            VALUES (\(organisation.id), \(name), \(time))
            """
        )
        return organisation
    }
}
