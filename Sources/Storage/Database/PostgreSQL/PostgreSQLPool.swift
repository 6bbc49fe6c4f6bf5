import Synchronization

/// The open connections of one database that nobody uses at the moment.
///
/// It opens a connection where none is idle. A connection that broke (the server was restarted, a proxy hung up) is
/// dropped, and its work is done once more on a new one.
final class PostgreSQLPool: Sendable {
    private let location: String
    private let idle = Mutex<[PostgreSQLConnection]>([])

    init(location: String) {
        self.location = location
    }

    /// Runs `body` in a transaction that `begin` starts. A transaction that a deadlock or a broken connection undid is
    /// run once more; one that broke while it was being committed is not, since nobody knows whether it took effect.
    func withTransaction<Value>(
        _ begin: PostgreSQLBegin,
        _ body: (any Transaction) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        do {
            return try attempt(begin, body)
        } catch .undone {
            do {
                return try attempt(begin, body)
            } catch {
                throw error.storeError
            }
        } catch {
            throw error.storeError
        }
    }

    /// Runs one statement that reads, without a transaction; once more on a new connection where the connection broke.
    func withConnection<Value>(
        _ body: (PostgreSQLConnection) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        for _ in 0..<2 {
            let connection = try takeConnection()
            defer { keep(connection) }
            do {
                return try body(connection)
            } catch {
                guard connection.isBroken || connection.lastFailureUndoesTransaction else { throw error }
                if connection.isBroken { close() }
            }
        }
        throw .unavailable("the connection to the database broke")
    }

    /// Runs `body`, which does without a connection that works. Throws where none can be had.
    func withFreeConnection<Value>(_ body: (PostgreSQLConnection) -> Value) throws(StoreError) -> Value {
        let connection = try takeConnection()
        defer { keep(connection) }
        let value = body(connection)
        // The idle ones are of the same age, and likely broken too.
        if connection.isBroken { close() }
        return value
    }

    /// Sees that the server can be reached.
    func openOne() throws(StoreError) {
        keep(try PostgreSQLConnection(location: location))
    }

    /// Closes the idle connections.
    func close() {
        idle.withLock { $0.removeAll() }
    }

    /// Why one attempt at a transaction failed: whether it is known to have been undone by no fault of its own.
    private enum Failure: Error {
        case undone(StoreError)
        case failed(StoreError)

        var storeError: StoreError {
            switch self {
            case .undone(let error), .failed(let error): error
            }
        }
    }

    private func attempt<Value>(
        _ begin: PostgreSQLBegin,
        _ body: (any Transaction) throws(StoreError) -> Value
    ) throws(Failure) -> Value {
        let connection: PostgreSQLConnection
        do {
            connection = try takeConnection()
        } catch {
            throw .failed(error)
        }
        defer { keep(connection) }
        let value: Value
        do {
            try connection.begin(begin)
            value = try body(PostgreSQLTransaction(connection: connection))
        } catch {
            if connection.isBroken {
                // The idle ones are of the same age, and likely broken too.
                close()
                throw .undone(error)
            }
            let wasUndone = connection.lastFailureUndoesTransaction
            // Fails only where the connection broke, and then it is dropped.
            try? connection.command("ROLLBACK")
            throw wasUndone ? .undone(error) : .failed(error)
        }
        do {
            try connection.command("COMMIT")
            return value
        } catch {
            let wasUndone = !connection.isBroken && connection.lastFailureUndoesTransaction
            try? connection.command("ROLLBACK")
            throw wasUndone ? .undone(error) : .failed(error)
        }
    }

    private func takeConnection() throws(StoreError) -> PostgreSQLConnection {
        if let connection = idle.withLock({ $0.popLast() }) { return connection }
        return try PostgreSQLConnection(location: location)
    }

    private func keep(_ connection: PostgreSQLConnection) {
        if !connection.isBroken && connection.isIdle { idle.withLock { $0.append(connection) } }
    }
}
