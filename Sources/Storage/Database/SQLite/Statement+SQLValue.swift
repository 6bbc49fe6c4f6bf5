import GRDB
import GRDBSQLite

/// Values pass between SQLite and us as they are. By way of GRDB's arguments and rows a directory takes 1.7 times as long
/// to write, and a third longer to read (`Benchmarks/README.md`).
extension Statement {
    /// Runs the statement once for each row, with the row's values as its parameters.
    func runEach(_ rows: any Sequence<[SQLValue]>) throws {
        defer { finish() }
        for row in rows {
            try bind(row)
            try check(sqlite3_step(sqliteStatement), SQLITE_DONE)
            try check(sqlite3_reset(sqliteStatement), SQLITE_OK)
        }
    }

    /// Hands the rows of the result to `body`, one after the other.
    func forEachRow(_ values: [SQLValue], _ body: (Row) throws -> Void) throws {
        defer { finish() }
        try bind(values)
        let columns = columnNames
        while case let code = sqlite3_step(sqliteStatement), code != SQLITE_DONE {
            try check(code, SQLITE_ROW)
            try body(Row(columns: columns, values: columns.indices.map { value(at: Int32($0)) }))
        }
    }

    private func finish() {
        sqlite3_reset(sqliteStatement)
        sqlite3_clear_bindings(sqliteStatement)
    }

    private func bind(_ values: [SQLValue]) throws {
        for (number, value) in zip(Int32(1)..., values) { try check(bind(value, at: number), SQLITE_OK) }
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

    private func value(at column: Int32) -> SQLValue {
        switch sqlite3_column_type(sqliteStatement, column) {
        case SQLITE_NULL: return .text(nil)
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(sqliteStatement, column))
        // Our columns hold neither fractions nor bytes; a statement of ours that computes one is read as text.
        default:
            let bytes = sqlite3_column_text(sqliteStatement, column)
            let count = Int(sqlite3_column_bytes(sqliteStatement, column))
            return .text(String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
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
