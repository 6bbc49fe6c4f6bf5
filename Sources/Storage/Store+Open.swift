public import Foundation

extension Store {
    /// Opens the database and brings it to the layout of this version.
    ///
    /// A database without any organisation gets one, named `organisation` or ``Organisation/unnamed``.
    ///
    /// - Parameters:
    ///   - location: `postgresql://…`, the path of an SQLite file, or `:memory:`.
    ///   - organisation: Its name; nil for the only one.
    ///   - createOrganisation: Whether to add `organisation` to a database that holds others and not this one.
    /// - Throws: ``StoreError/wrongKey`` where secrets are sealed under another key than the vault's.
    public static func open(
        at location: String,
        organisation name: String? = nil,
        createOrganisation: Bool = false,
        vault: Vault,
        now: @escaping @Sendable () -> Date = { Date() }
    ) async throws(StoreError) -> Store {
        let database: any Database =
            location.hasPrefix("postgresql://") || location.hasPrefix("postgres://")
            ? try await PostgreSQLDatabase(location: location) : try SQLiteDatabase(path: location)
        do {
            try await Migrator(database: database, location: location).run(now: now)
            return try await database.write(lock: "organisations") { (transaction) throws(StoreError) in
                let organisation = try transaction.organisation(named: name, create: createOrganisation, at: now())
                let store = Store(organisation: organisation, now: now, vault: vault, database: database)
                try transaction.proveKey(in: store)
                return store
            }
        } catch {
            await database.close()
            throw error
        }
    }
}
