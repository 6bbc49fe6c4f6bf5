import Foundation

/// Brings a database to the schema of this program.
struct Migrator {
    let database: any Database
    let location: String
    var migrations = Migrations.all

    /// Runs the steps that the database does not have yet, each in a transaction of its own with the record of it. Two
    /// programs that start at once take turns.
    func run(now: @escaping @Sendable () -> Date) async throws(StoreError) {
        try await database.write(lock: Self.lock) { (transaction) throws(StoreError) in
            try transaction.define(
                """
                CREATE TABLE IF NOT EXISTS schema_migration (
                    version BIGINT NOT NULL PRIMARY KEY,
                    name TEXT NOT NULL,
                    applied_at BIGINT NOT NULL
                )
                """
            )
        }
        for (version, migration) in zip(1..., migrations) {
            try await database.write(lock: Self.lock) { (transaction) throws(StoreError) in
                guard try self.version(transaction) < version else { return }
                for statement in migration.statements { try transaction.define(statement) }
                try transaction.run(
                    """
                    INSERT INTO schema_migration (version, name, applied_at)
                    VALUES (\(version), \(migration.name), \(now()))
                    """
                )
            }
        }
    }

    private static let lock = "schema"

    /// The number of steps that the database has; 0 for a new one.
    private func version(_ transaction: any Transaction) throws(StoreError) -> Int {
        let version = try transaction.count("SELECT COALESCE(MAX(version), 0) AS count FROM schema_migration")
        guard version <= migrations.count else { throw .databaseIsNewer(location: location) }
        return version
    }
}
