/// One transaction, open while the body that was given it runs: all of its statements take effect, or none.
///
/// After a statement has thrown, the transaction can only be given up: let the error through. (PostgreSQL refuses
/// every further statement; SQLite would not, so only the tests on both show it.)
protocol Transaction {
    /// Hands the rows of a result to `body`, one after the other. `body` runs no statement on this transaction.
    func forEach(_ sql: SQL, _ body: (Row) throws(StoreError) -> Void) throws(StoreError)

    /// The same for results of any size: at no time are more than a few thousand rows in memory.
    func forEachOfMany(_ sql: SQL, _ body: (Row) throws(StoreError) -> Void) throws(StoreError)

    /// Runs a statement that gives no rows; how many rows it changed.
    @discardableResult
    func run(_ sql: SQL) throws(StoreError) -> Int

    /// Runs a statement that changes the schema. Every `TEXT` column compares and sorts by its bytes, on both.
    func define(_ sql: SQL) throws(StoreError)

    /// Inserts many rows, in a number of statements that does not grow with them. A row whose key is there already is
    /// updated where one of the `updates` columns differs, and not written where none does.
    func load(_ rows: BulkRows, key: [StaticString], updates: [StaticString]) throws(StoreError)

    /// Inserts many rows that are known to be new, by the quickest way that the database has; a key that is there already
    /// is an error.
    func insert(_ rows: BulkRows) throws(StoreError)

    /// Runs `body` while the rows stand in the temporary table `staged`, so that its statements can name them.
    func staging<Value>(_ rows: BulkRows, _ body: () throws(StoreError) -> Value) throws(StoreError) -> Value

    /// Gives ``Database/siteChanges()`` a signal, in every process, once the transaction is committed.
    func tellSiteChange(in organisation: Organisation) throws(StoreError)

    /// Takes one more lock of ``Database/write(lock:_:)``. Who takes several takes them in one order: the organisation's first.
    func lock(_ name: String) throws(StoreError)

    /// What makes a `SELECT` lock its rows and leave out those that another transaction has locked; empty where there is
    /// but one writer.
    var forUpdateSkipLocked: SQL { get }
}

extension Transaction {
    func rows(_ sql: SQL) throws(StoreError) -> [Row] {
        var rows: [Row] = []
        try forEach(sql) { (row) throws(StoreError) in rows.append(row) }
        return rows
    }

    /// The first row, or nil where there is none.
    func row(_ sql: SQL) throws(StoreError) -> Row? {
        try rows(sql).first
    }

    /// The number in the column `count` of a statement that gives one row.
    func count(_ sql: SQL) throws(StoreError) -> Int {
        guard let row = try row(sql) else { throw .unreadable("A count gave no row.") }
        return try row.int("count")
    }
}
