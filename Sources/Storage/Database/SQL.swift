/// A statement, or a piece of one, with its values apart from its text.
///
/// What is written literally is SQL, what is interpolated is data: each interpolated value becomes `$1`, `$2`, … in
/// the order of the text, which SQLite and PostgreSQL both take. An interpolated ``SQL`` is spliced in, its values
/// renumbered. There is no way from a `String` variable into the text.
struct SQL: Sendable, ExpressibleByStringInterpolation {
    fileprivate enum Part: Sendable {
        case text(String)
        case value(SQLValue)
    }

    private var parts: [Part] = []

    init(stringLiteral text: String) {
        parts = [.text(text)]
    }

    init(stringInterpolation: StringInterpolation) {
        parts = stringInterpolation.parts
    }

    private init(parts: [Part]) {
        self.parts = parts
    }

    /// The text as the database is given it.
    var text: String {
        var text = ""
        var number = 0
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .value:
                number += 1
                text += "$\(number)"
            }
        }
        return text
    }

    /// The values of `$1`, `$2`, … in that order.
    var values: [SQLValue] {
        parts.compactMap { part in
            if case .value(let value) = part { value } else { nil }
        }
    }
}

extension SQL {
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(2 * interpolationCount + 1)
        }

        mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { parts.append(.text(literal)) }
        }

        mutating func appendInterpolation(_ value: some SQLConvertible) {
            parts.append(.value(value.sqlValue))
        }

        mutating func appendInterpolation<Value: SQLConvertible>(_ value: Value?) {
            parts.append(.value(value.sqlValue))
        }

        /// An identifier, or an enum whose cases are texts.
        mutating func appendInterpolation(_ value: some RawRepresentable<String>) {
            parts.append(.value(value.rawValue.sqlValue))
        }

        mutating func appendInterpolation(_ value: (some RawRepresentable<String>)?) {
            parts.append(.value((value?.rawValue).sqlValue))
        }

        mutating func appendInterpolation(_ fragment: SQL) {
            parts += fragment.parts
        }
    }
}

extension SQL {
    /// `$1, $2, …`, to stand in `IN (…)`. An empty list becomes `NULL`, which nothing is in.
    ///
    /// Both databases limit the values of one statement (32,766 on SQLite): callers cut long lists into chunks.
    static func list(_ values: some Sequence<some SQLConvertible>) -> SQL {
        list(values.map(\.sqlValue))
    }

    static func list(_ values: some Sequence<some RawRepresentable<String>>) -> SQL {
        list(values.map(\.rawValue.sqlValue))
    }

    private static func list(_ values: [SQLValue]) -> SQL {
        values.isEmpty ? "NULL" : joined(values.map { SQL(parts: [.value($0)]) }, by: ", ")
    }

    /// The pieces in one, with `separator` between them; for example conditions joined by `" AND "`.
    static func joined(_ pieces: [SQL], by separator: SQL) -> SQL {
        SQL(parts: Array(pieces.map(\.parts).joined(separator: separator.parts)))
    }
}
