import struct Foundation.Date

/// What may be interpolated into ``SQL`` as a value. Identifiers and text enums may too, without conforming.
protocol SQLConvertible {
    var sqlValue: SQLValue { get }
    /// `NULL` of the column type that the values have.
    static var sqlNull: SQLValue { get }
}

extension String: SQLConvertible {
    /// PostgreSQL keeps no U+0000 in a text, so neither database is given one.
    var sqlValue: SQLValue { .text(utf8.contains(0) ? filter { $0 != "\0" } : self) }
    static var sqlNull: SQLValue { .text(nil) }
}

extension Int: SQLConvertible {
    var sqlValue: SQLValue { .integer(Int64(self)) }
    static var sqlNull: SQLValue { .integer(nil) }
}

extension Int64: SQLConvertible {
    var sqlValue: SQLValue { .integer(self) }
    static var sqlNull: SQLValue { .integer(nil) }
}

extension Bool: SQLConvertible {
    var sqlValue: SQLValue { .boolean(self) }
    static var sqlNull: SQLValue { .boolean(nil) }
}

extension Date: SQLConvertible {
    var sqlValue: SQLValue { .integer(milliseconds) }
    static var sqlNull: SQLValue { .integer(nil) }

    /// Milliseconds since 1970, UTC: how a time is kept.
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    var sqlValue: SQLValue { self?.sqlValue ?? Wrapped.sqlNull }
    static var sqlNull: SQLValue { Wrapped.sqlNull }
}
