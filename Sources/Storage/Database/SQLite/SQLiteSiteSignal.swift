import Foundation
import GRDB
import Synchronization

/// Tells who listens that a site may have changed: at once after a write of this process, and within 50 ms after one of another.
final class SQLiteSiteSignal: Sendable {
    /// nil for a database in memory, which no other process has.
    private let path: String?
    private let configuration: Configuration
    private let listeners = Mutex<[AsyncStream<Void>.Continuation]>([])

    /// - Parameter configuration: of the database, for connections that write.
    init(path: String?, configuration: Configuration) {
        var configuration = configuration
        configuration.readonly = true
        self.path = path
        self.configuration = configuration
    }

    func send() {
        listeners.withLock { listeners in
            listeners.removeAll { if case .terminated = $0.yield() { true } else { false } }
        }
    }

    func changes() -> AsyncStream<Void> {
        SiteChangeThread.stream { listener in
            self.listeners.withLock { $0.append(listener) }
        } waiting: {
            let connection = self.path.flatMap { try? DatabaseQueue(path: $0, configuration: self.configuration) }
            var seen: Int64?
            return {
                usleep(50_000)
                // It is another number after each commit of another connection, those of this process among them.
                let version = try? connection?.unsafeRead { try Int64.fetchOne($0, sql: "PRAGMA data_version") }
                defer { seen = version }
                return version != seen
            }
        }
    }
}
