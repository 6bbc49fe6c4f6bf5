import Foundation
import GRDB
import Glibc

/// One SQLite file, or a database in memory. The only file that knows GRDB.
struct SQLiteDatabase: Database {
    private let connections: any DatabaseWriter
    /// nil for a database in memory, which has one connection.
    private let pointReaders: SQLitePointReaders?
    private let signal: SQLiteSiteSignal

    /// - Parameter path: a file, made where it is not there yet, or `:memory:`.
    init(path: String) throws(StoreError) {
        var configuration = Configuration()
        // Another process (the command line beside the server) may be writing.
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            // What was answered as done must outlive a power cut: a ban, an event.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // In KiB. Who only reads has the system's cache beside it.
            try database.execute(sql: "PRAGMA cache_size = \(database.configuration.readonly ? -4000 : -16000)")
        }
        signal = SQLiteSiteSignal(path: path == ":memory:" ? nil : path, configuration: configuration)
        if path != ":memory:" { Self.makePrivateFile(path) }
        do {
            if path == ":memory:" {
                connections = try DatabaseQueue(configuration: configuration)
                pointReaders = nil
            } else {
                connections = try DatabasePool(path: path, configuration: configuration)
                pointReaders = SQLitePointReaders(path: path, configuration: configuration)
            }
        } catch {
            throw Self.cannotOpen(path, error)
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await connections.read { database in try body(SQLiteTransaction(database: database)) }
        } catch {
            throw StoreError(sqlite: error)
        }
    }

    func row(_ sql: SQL) async throws(StoreError) -> Row? {
        guard let pointReaders else {
            return try await read { (transaction) throws(StoreError) in try transaction.row(sql) }
        }
        do {
            return try pointReaders.read { database in
                try SQLiteTransaction(database: database).row(sql)
            }
        } catch {
            throw StoreError(sqlite: error)
        }
    }

    func write<Value: Sendable>(
        lock: String?,
        _ body: @escaping @Sendable (any Transaction) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        do {
            let (value, tells) = try await connections.write { database in
                let telling = Telling()
                return (try body(SQLiteTransaction(database: database, telling: telling)), telling.isTelling)
            }
            if tells { signal.send() }
            return value
        } catch {
            throw StoreError(sqlite: error)
        }
    }

    func siteChanges() -> AsyncStream<Void> {
        signal.changes()
    }

    func close() async {
        // A statement still running keeps its connection until it ends; there is nothing to mend here.
        pointReaders?.close()
        try? connections.close()
    }

    /// Makes a file that its owner alone may read; SQLite gives the files beside it the same rights. One that is there
    /// is left as it is, and one that cannot be made fails when it is opened.
    private static func makePrivateFile(_ path: String) {
        let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    private static func cannotOpen(_ path: String, _ error: any Error) -> StoreError {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let files = FileManager.default
        let code = (error as? DatabaseError)?.resultCode
        if !files.fileExists(atPath: folder) {
            return .cannotOpen(
                location: path,
                cause: "there is no folder \(folder)",
                remedy: "Make the folder, or name another path."
            )
        }
        if code == .SQLITE_NOTADB {
            return .cannotOpen(
                location: path,
                cause: "it is not an SQLite database",
                remedy: "Name another file; Timus makes it where there is none."
            )
        }
        if code == .SQLITE_FULL {
            return .cannotOpen(location: path, cause: "the disk is full", remedy: "Free space on the disk.")
        }
        let isThere = files.fileExists(atPath: path)
        if !files.isWritableFile(atPath: isThere ? path : folder) {
            return .cannotOpen(
                location: path,
                cause: "Timus may not write \(isThere ? "this file" : "in the folder \(folder)")",
                remedy: "Give the user that runs Timus the right to write there, or name another path."
            )
        }
        return .cannotOpen(
            location: path,
            cause: (error as? DatabaseError)?.message ?? "\(error)",
            remedy: "See that \(path) is a file that Timus may read and write."
        )
    }
}

/// Whether a transaction told of a change of a site.
private final class Telling {
    var isTelling = false
}

/// Statements go through GRDB's cache of prepared ones. `$1`, `$2`, … appear in a text in their order, and SQLite numbers
/// parameters by first appearance, so the values are bound by position.
private struct SQLiteTransaction: Transaction {
    let database: GRDB.Database
    /// For a transaction that writes.
    var telling: Telling?

    func forEach(_ sql: SQL, _ body: (Row) throws(StoreError) -> Void) throws(StoreError) {
        do {
            try database.cachedStatement(sql: sql.text).forEachRow(sql.values, body)
        } catch {
            throw StoreError(sqlite: error)
        }
    }

    /// Rows are made one after the other anyway.
    func forEachOfMany(_ sql: SQL, _ body: (Row) throws(StoreError) -> Void) throws(StoreError) {
        try forEach(sql, body)
    }

    func run(_ sql: SQL) throws(StoreError) -> Int {
        try runEach(sql.text, CollectionOfOne(sql.values))
        return database.changesCount
    }

    func define(_ sql: SQL) throws(StoreError) {
        try define(sql.text)
    }

    func load(_ rows: BulkRows, key: [StaticString], updates: [StaticString]) throws(StoreError) {
        let changes = updates.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        let differs = updates.map { "\(rows.table).\($0) IS NOT excluded.\($0)" }.joined(separator: " OR ")
        let text = """
            INSERT INTO \(rows.table) (\(rows.columns.names)) VALUES (\(rows.parameters))
            ON CONFLICT (\(key.names)) DO \(updates.isEmpty ? "NOTHING" : "UPDATE SET \(changes) WHERE \(differs)")
            """
        try runEach(text, rows.rows)
    }

    func insert(_ rows: BulkRows) throws(StoreError) {
        try runEach("INSERT INTO \(rows.table) (\(rows.columns.names)) VALUES (\(rows.parameters))", rows.rows)
    }

    func staging<Value>(_ rows: BulkRows, _ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        try define("CREATE TEMPORARY TABLE staged AS SELECT \(rows.columns.names) FROM \(rows.table) WHERE FALSE")
        try runEach("INSERT INTO temp.staged (\(rows.columns.names)) VALUES (\(rows.parameters))", rows.rows)
        let value = try body()
        try define("DROP TABLE temp.staged")
        return value
    }

    func tellSiteChange(in organisation: Organisation) {
        telling?.isTelling = true
    }

    /// There is one writer anyway.
    func lock(_ name: String) {}

    var forUpdateSkipLocked: SQL { "" }

    private func define(_ text: String) throws(StoreError) {
        do {
            try database.execute(sql: text)
        } catch {
            throw StoreError(sqlite: error)
        }
    }

    private func runEach(_ text: String, _ rows: any Sequence<[SQLValue]>) throws(StoreError) {
        do {
            try database.cachedStatement(sql: text).runEach(rows)
        } catch {
            throw StoreError(sqlite: error)
        }
    }
}

extension [StaticString] {
    fileprivate var names: String { map { "\($0)" }.joined(separator: ", ") }
}

extension BulkRows {
    fileprivate var parameters: String { (1...columns.count).map { "$\($0)" }.joined(separator: ", ") }
}

extension StoreError {
    fileprivate init(sqlite error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case is CancellationError: self = .unavailable("the work was cancelled")
        case let error as DatabaseError: self.init(sqlite: error)
        default: self = .unavailable("\(error)")
        }
    }

    private init(sqlite error: DatabaseError) {
        let message = error.message ?? error.resultCode.description
        switch (error.extendedResultCode, error.resultCode) {
        case (.SQLITE_CONSTRAINT_UNIQUE, _), (.SQLITE_CONSTRAINT_PRIMARYKEY, _):
            self = .alreadyExists("There is already such an entry (\(message)).")
        case (.SQLITE_CONSTRAINT_FOREIGNKEY, _): self = .notFound("What this refers to is not there (\(message)).")
        case (_, .SQLITE_CONSTRAINT):
            self = .conflict("What was to be kept breaks a rule of the database (\(message)).")
        case (_, .SQLITE_FULL): self = .cannotWrite("the disk is full")
        case (_, .SQLITE_READONLY), (_, .SQLITE_PERM): self = .cannotWrite("the file is read-only")
        case (_, .SQLITE_IOERR): self = .cannotWrite(message)
        case (_, .SQLITE_NOTADB), (_, .SQLITE_CORRUPT): self = .unreadable("The file is damaged (\(message)).")
        default: self = .unavailable(message)
        }
    }
}
