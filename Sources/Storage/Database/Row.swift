import Directory

import struct Foundation.Date

/// One row of a result, read by column name. Each read throws ``StoreError/unreadable(_:)`` where the column is not
/// in the result, or holds `NULL` or another type than asked for.
struct Row: Sendable {
    /// The names of the columns, one array for all rows of a result. They are few and short: to look through them is quicker
    /// than to look one up.
    let columns: [String]
    let values: [SQLValue]

    func text(_ column: String) throws(StoreError) -> String {
        try required(optionalText(column), column)
    }

    func optionalText(_ column: String) throws(StoreError) -> String? {
        switch try value(column) {
        case .text(let text): text
        case .integer(nil), .boolean(nil): nil
        case .integer, .boolean: throw .unreadable("The column \(column) holds no text.")
        }
    }

    func int(_ column: String) throws(StoreError) -> Int {
        Int(try int64(column))
    }

    func optionalInt(_ column: String) throws(StoreError) -> Int? {
        try optionalInt64(column).map { Int($0) }
    }

    func int64(_ column: String) throws(StoreError) -> Int64 {
        try required(optionalInt64(column), column)
    }

    /// Takes a number written as text too: PostgreSQL's `sum` of `BIGINT` is `NUMERIC`.
    func optionalInt64(_ column: String) throws(StoreError) -> Int64? {
        switch try value(column) {
        case .integer(let number): return number
        case .boolean(let flag): return flag.map { $0 ? 1 : 0 }
        case .text(nil): return nil
        case .text(let text?):
            guard let number = Int64(text) else { throw .unreadable("The column \(column) holds no number.") }
            return number
        }
    }

    /// SQLite has no type for this and gives a number.
    func bool(_ column: String) throws(StoreError) -> Bool {
        switch try value(column) {
        case .boolean(let flag?): flag
        case .integer(let number?): number != 0
        default: throw .unreadable("The column \(column) holds neither true nor false.")
        }
    }

    func date(_ column: String) throws(StoreError) -> Date {
        Date(milliseconds: try int64(column))
    }

    func optionalDate(_ column: String) throws(StoreError) -> Date? {
        try optionalInt64(column).map { Date(milliseconds: $0) }
    }

    func id<Subject>(_ column: String) throws(StoreError) -> Identifier<Subject> {
        Identifier(try text(column))
    }

    func optionalID<Subject>(_ column: String) throws(StoreError) -> Identifier<Subject>? {
        try optionalText(column).map { Identifier($0) }
    }

    /// A case of a text enum.
    func value<Value: RawRepresentable<String>>(_ column: String) throws(StoreError) -> Value {
        let text = try text(column)
        guard let value = Value(rawValue: text) else {
            throw .unreadable("The column \(column) holds “\(text)”, which this version does not know.")
        }
        return value
    }

    private func value(_ column: String) throws(StoreError) -> SQLValue {
        guard let place = columns.firstIndex(of: column) else {
            throw .unreadable("The result has no column \(column).")
        }
        return values[place]
    }

    private func required<Value>(_ value: Value?, _ column: String) throws(StoreError) -> Value {
        guard let value else { throw .unreadable("The column \(column) is empty.") }
        return value
    }
}
