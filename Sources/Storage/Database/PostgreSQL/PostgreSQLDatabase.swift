import NIOPosix

/// A database on a PostgreSQL server, spoken to through libpq.
///
/// libpq blocks, so each transaction runs on a thread, with a connection to itself. There are as many threads as
/// connections: nobody waits for a connection while holding a thread. Writers have threads of their own: those that wait
/// for a long synchronization to end must not keep pages from being read.
struct PostgreSQLDatabase: Database {
    private let location: String
    private let pool: PostgreSQLPool
    private let pointReader: PostgreSQLPointReader
    private let readers = NIOThreadPool(numberOfThreads: 6)
    private let writers = NIOThreadPool(numberOfThreads: 2)
    /// For writes that wait for no lock of the organisation's, behind whose writers they would wait here.
    private let unorderedWriters = NIOThreadPool(numberOfThreads: 2)

    /// - Parameter location: `postgresql://…` or `postgres://…`. One connection is opened, to see that it works.
    init(location: String) async throws(StoreError) {
        readers.start()
        writers.start()
        unorderedWriters.start()
        self.location = location
        pool = PostgreSQLPool(location: location)
        pointReader = PostgreSQLPointReader(pool: pool)
        do {
            try await onThread(of: readers) { pool throws(StoreError) in try pool.openOne() }
        } catch {
            await close()
            throw error
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await onThread(of: readers) { pool throws(StoreError) in
            try pool.withTransaction(.reading, body)
        }
    }

    func row(_ sql: SQL) async throws(StoreError) -> Row? {
        try await pointReader.row(sql)
    }

    /// The lock is taken before anything is read, and at *read committed* each statement sees all that was committed
    /// before it: so a body that holds the lock sees what every earlier holder wrote, as on SQLite.
    func write<Value: Sendable>(
        lock: String?,
        _ body: @escaping @Sendable (any Transaction) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await onThread(of: lock == nil ? unorderedWriters : writers) { pool throws(StoreError) in
            try pool.withTransaction(.writing(lock: lock), body)
        }
    }

    func siteChanges() -> AsyncStream<Void> {
        SiteChangeThread.stream { [location] in
            let listener = PostgreSQLListener(location: location)
            return {
                listener.wait()
                return true
            }
        }
    }

    func close() async {
        await pointReader.close()
        try? await readers.shutdownGracefully()
        try? await writers.shutdownGracefully()
        try? await unorderedWriters.shutdownGracefully()
        pool.close()
    }

    private func onThread<Value: Sendable>(
        of threads: NIOThreadPool,
        _ work: @escaping @Sendable (PostgreSQLPool) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let pool = pool
        do {
            return try await threads.runIfActive { try work(pool) }
        } catch let error as StoreError {
            throw error
        } catch is CancellationError {
            throw .unavailable("the work was cancelled")
        } catch {
            throw .unavailable("the store is closed")
        }
    }
}
