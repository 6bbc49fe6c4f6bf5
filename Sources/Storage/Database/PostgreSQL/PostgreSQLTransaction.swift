/// Bulk rows are copied into a temporary table and merged from there: a row that does not differ writes nothing, not
/// even a lock (`INSERT … ON CONFLICT` would lock each). `MERGE` is not safe against others who insert at the same time; the
/// lock of ``Database/write(lock:_:)`` keeps them away.
struct PostgreSQLTransaction: Transaction {
    let connection: PostgreSQLConnection

    func forEach(_ sql: SQL, _ body: (Row) throws(StoreError) -> Void) throws(StoreError) {
        try connection.execute(sql.text, sql.values).forEach(body)
    }

    func run(_ sql: SQL) throws(StoreError) -> Int {
        try connection.run(sql)
    }

    /// SQLite compares texts by their bytes; here that is the collation "C".
    func define(_ sql: SQL) throws(StoreError) {
        _ = try connection.execute(sql.text.replacing(" TEXT", with: " TEXT COLLATE \"C\""), [])
    }

    func load(_ rows: BulkRows, key: [StaticString], updates: [StaticString]) throws(StoreError) {
        guard !rows.rows.isEmpty else { return }
        try copy(rows)
        var merge = "MERGE INTO \(rows.table) AS kept USING bulk_rows AS new ON \(key.equal)"
        if !updates.isEmpty {
            let differs = updates.map { "kept.\($0) IS DISTINCT FROM new.\($0)" }.joined(separator: " OR ")
            let changes = updates.map { "\($0) = new.\($0)" }.joined(separator: ", ")
            merge += " WHEN MATCHED AND (\(differs)) THEN UPDATE SET \(changes)"
        }
        let values = rows.columns.map { "new.\($0)" }.joined(separator: ", ")
        merge += " WHEN NOT MATCHED THEN INSERT (\(rows.columns.names)) VALUES (\(values))"
        _ = try connection.execute(merge, [])
        _ = try connection.execute("DROP TABLE bulk_rows", [])
        // The lists that are read next are planned by what is there now, not by an empty table's statistics.
        if rows.rows.count > 1000 { _ = try connection.execute("ANALYZE \(rows.table)", []) }
    }

    func delete(_ rows: BulkRows) throws(StoreError) -> Int {
        guard !rows.rows.isEmpty else { return 0 }
        try copy(rows)
        let statement = "DELETE FROM \(rows.table) AS kept USING bulk_rows AS new WHERE \(rows.columns.equal)"
        let deleted = try connection.execute(statement, []).changedRows
        _ = try connection.execute("DROP TABLE bulk_rows", [])
        return deleted
    }

    private func copy(_ rows: BulkRows) throws(StoreError) {
        let names = rows.columns.names
        let make = "CREATE TEMPORARY TABLE bulk_rows ON COMMIT DROP AS SELECT \(names) FROM \(rows.table) WITH NO DATA"
        _ = try connection.execute(make, [])
        try connection.copy("COPY bulk_rows (\(names)) FROM STDIN", rows.rows)
        _ = try connection.execute("ANALYZE bulk_rows", [])
    }
}

extension [StaticString] {
    fileprivate var names: String { map { "\($0)" }.joined(separator: ", ") }
    fileprivate var equal: String { map { "kept.\($0) = new.\($0)" }.joined(separator: " AND ") }
}
