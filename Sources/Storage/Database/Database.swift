/// Where the rows are: SQLite or PostgreSQL.
///
/// The body of a transaction is synchronous on both, so that no transaction can wait for the network. It may run twice
/// (PostgreSQL, after a deadlock), so it has no effect but its statements.
protocol Database: Sendable {
    /// Runs `body` on one consistent state of the database. It cannot write.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value

    /// The first row of one statement that reads. A statement sees one consistent state by itself, so this is spared what a
    /// transaction costs: it is for what every request asks.
    func row(_ sql: SQL) async throws(StoreError) -> Row?

    /// Runs `body` in a transaction that is committed when it returns and undone when it throws.
    ///
    /// Two writes of one `lock` never overlap, in whichever process: what a body has read is still so when it writes.
    /// SQLite has one writer anyway; PostgreSQL takes an advisory lock on that name. Without one, writes may overlap.
    func write<Value: Sendable>(
        lock: String?,
        _ body: @escaping @Sendable (any Transaction) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value

    /// Gives a signal after each transaction that told one, in whichever process; it may give more. The first comes at once.
    func siteChanges() -> AsyncStream<Void>

    func close() async
}
