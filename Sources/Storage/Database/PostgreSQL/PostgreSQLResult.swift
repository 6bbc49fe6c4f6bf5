import CLibPQ

/// What a statement gave; its memory is libpq's and goes with this value's last owner.
final class PostgreSQLResult {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQclear(handle)
    }

    /// How many rows were inserted, updated or deleted.
    var changedRows: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }

    var isEmpty: Bool { PQntuples(handle) == 0 }

    var first: Row? {
        isEmpty ? nil : Row(columns: columns, values: values(of: 0, types))
    }

    func forEach(_ body: (Row) throws(StoreError) -> Void) throws(StoreError) {
        let (columns, types) = (columns, types)
        for row in 0..<PQntuples(handle) {
            try body(Row(columns: columns, values: values(of: row, types)))
        }
    }

    private var fields: Range<Int32> { 0..<PQnfields(handle) }
    private var columns: [String] { fields.map { String(cString: PQfname(handle, $0)) } }
    private var types: [Oid] { fields.map { PQftype(handle, $0) } }

    private func values(of row: Int32, _ types: [Oid]) -> [SQLValue] {
        fields.map { value(row, $0, types[Int($0)]) }
    }

    private func value(_ row: Int32, _ field: Int32, _ type: Oid) -> SQLValue {
        if PQgetisnull(handle, row, field) == 1 { return .text(nil) }
        let text = String(cString: PQgetvalue(handle, row, field))
        switch type {
        case 16: return .boolean(text == "t")
        // BIGINT, INTEGER and SMALLINT.
        case 20, 23, 21: return .integer(Int64(text))
        default: return .text(text)
        }
    }
}
