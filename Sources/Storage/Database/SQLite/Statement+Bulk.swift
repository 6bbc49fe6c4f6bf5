import GRDB
import GRDBSQLite

extension Statement {
    /// Runs the statement once for each row, with the row's values as its parameters.
    ///
    /// Values go to SQLite as they are. GRDB's own arguments take as long as the writing itself
    /// (`Benchmarks/README.md`), which counts where a directory is written.
    func runEach(_ rows: any Sequence<[SQLValue]>) throws {
        defer {
            sqlite3_reset(sqliteStatement)
            sqlite3_clear_bindings(sqliteStatement)
        }
        for row in rows { try run(row) }
    }

    private func run(_ row: [SQLValue]) throws {
        for (number, value) in zip(Int32(1)..., row) { try check(bind(value, at: number), SQLITE_OK) }
        try check(sqlite3_step(sqliteStatement), SQLITE_DONE)
        try check(sqlite3_reset(sqliteStatement), SQLITE_OK)
    }

    private func bind(_ value: SQLValue, at number: Int32) -> Int32 {
        switch value {
        case .text(nil), .integer(nil), .boolean(nil): return sqlite3_bind_null(sqliteStatement, number)
        case .integer(let integer?): return sqlite3_bind_int64(sqliteStatement, number, integer)
        case .boolean(let flag?): return sqlite3_bind_int64(sqliteStatement, number, flag ? 1 : 0)
        case .text(var text?):
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text(sqliteStatement, number, $0.baseAddress, Int32($0.count), copied)
                }
            }
        }
    }

    private func check(_ code: Int32, _ expected: Int32) throws {
        guard code != expected else { return }
        let connection = sqlite3_db_handle(sqliteStatement)
        throw DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
            message: String(cString: sqlite3_errmsg(connection)),
            sql: sql
        )
    }
}

/// `SQLITE_TRANSIENT`, a cast that Swift does not import: SQLite copies the text before the call returns.
private var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
