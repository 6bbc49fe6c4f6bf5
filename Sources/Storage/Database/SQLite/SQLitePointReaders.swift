import GRDB
import Synchronization

/// Connections for statements that read a row or two by a key, on the thread that asks.
///
/// Such a statement takes some microseconds, and to hand it to another thread and wait for the answer takes ten times as
/// long. Nothing that takes longer runs here, so nobody waits: there are as many connections as threads that ask at once.
final class SQLitePointReaders: Sendable {
    private let path: String
    private let configuration: Configuration
    private let idle = Mutex<[DatabaseQueue]>([])

    /// - Parameter configuration: of the database, for connections that write.
    init(path: String, configuration: Configuration) {
        var configuration = configuration
        configuration.readonly = true
        self.path = path
        self.configuration = configuration
    }

    /// Runs `body` on a connection that reads.
    func read<Value>(_ body: (GRDB.Database) throws -> Value) throws -> Value {
        let connection =
            try idle.withLock { $0.popLast() } ?? DatabaseQueue(path: path, configuration: configuration)
        defer { idle.withLock { $0.append(connection) } }
        return try connection.unsafeRead(body)
    }

    func close() {
        for connection in idle.withLock({ $0 }) { try? connection.close() }
    }
}
