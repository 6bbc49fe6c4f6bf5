import Directory

/// Bulk rows are copied into a temporary table and merged from there: a row that does not differ writes nothing, not
/// even a lock (`INSERT … ON CONFLICT` would lock each). `MERGE` is not safe against others who insert at the same time; the
/// lock of ``Database/write(lock:_:)`` keeps them away.
struct PostgreSQLTransaction: Transaction {
    let connection: PostgreSQLConnection

    func forEach(_ sql: SQL, _ body: (Row) throws(StoreError) -> Void) throws(StoreError) {
        try connection.execute(sql).forEach(body)
    }

    /// With a cursor: libpq would hold the whole result.
    func forEachOfMany(_ sql: SQL, _ body: (Row) throws(StoreError) -> Void) throws(StoreError) {
        _ = try connection.execute("DECLARE many NO SCROLL CURSOR FOR \(sql.text)", sql.values)
        while case let rows = try connection.execute("FETCH 2000 FROM many", []), !rows.isEmpty {
            try rows.forEach(body)
        }
        _ = try connection.execute("CLOSE many", [])
    }

    func run(_ sql: SQL) throws(StoreError) -> Int {
        try connection.run(sql)
    }

    /// SQLite compares texts by their bytes; here that is the collation "C".
    func define(_ sql: SQL) throws(StoreError) {
        _ = try connection.execute(sql.text.replacing(" TEXT", with: " TEXT COLLATE \"C\""), [])
    }

    func load(_ rows: BulkRows, key: [StaticString], updates: [StaticString]) throws(StoreError) {
        guard rows.count > 0 else { return }
        try staging(rows) { () throws(StoreError) in
            var merge = "MERGE INTO \(rows.table) AS kept USING staged AS new ON \(key.equal)"
            if !updates.isEmpty {
                let differs = updates.map { "kept.\($0) IS DISTINCT FROM new.\($0)" }.joined(separator: " OR ")
                let changes = updates.map { "\($0) = new.\($0)" }.joined(separator: ", ")
                merge += " WHEN MATCHED AND (\(differs)) THEN UPDATE SET \(changes)"
            }
            let values = rows.columns.map { "new.\($0)" }.joined(separator: ", ")
            merge += " WHEN NOT MATCHED THEN INSERT (\(rows.columns.names)) VALUES (\(values))"
            _ = try connection.execute(merge, [])
        }
        try analyze(after: rows)
    }

    func insert(_ rows: BulkRows) throws(StoreError) {
        guard rows.count > 0 else { return }
        try connection.copy("COPY \(rows.table) (\(rows.columns.names)) FROM STDIN", rows.rows)
        try analyze(after: rows)
    }

    func staging<Value>(_ rows: BulkRows, _ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        let names = rows.columns.names
        let make = "CREATE TEMPORARY TABLE staged ON COMMIT DROP AS SELECT \(names) FROM \(rows.table) WITH NO DATA"
        _ = try connection.execute(make, [])
        try connection.copy("COPY staged (\(names)) FROM STDIN", rows.rows)
        _ = try connection.execute("ANALYZE staged", [])
        let value = try body()
        _ = try connection.execute("DROP TABLE staged", [])
        return value
    }

    func tellSiteChange(in organisation: Organisation) throws(StoreError) {
        _ = try connection.execute(
            "SELECT pg_notify('\(PostgreSQLListener.channel)', $1)",
            [.text(organisation.id.rawValue)]
        )
    }

    func lock(_ name: String) throws(StoreError) {
        _ = try connection.execute(PostgreSQLBegin.lock("$1"), [.text(name)])
    }

    var forUpdateSkipLocked: SQL { "FOR UPDATE SKIP LOCKED" }

    /// The lists that are read next are planned by what is there now, not by an empty table's statistics. The columns that
    /// joins go by come first; the others wait for the server's own analysis.
    private func analyze(after rows: BulkRows) throws(StoreError) {
        guard rows.count > 1000 else { return }
        _ = try connection.execute("ANALYZE \(rows.table) (\(Array(rows.columns.prefix(3)).names))", [])
    }
}

extension [StaticString] {
    fileprivate var names: String { map { "\($0)" }.joined(separator: ", ") }
    fileprivate var equal: String { map { "kept.\($0) = new.\($0)" }.joined(separator: " AND ") }
}
