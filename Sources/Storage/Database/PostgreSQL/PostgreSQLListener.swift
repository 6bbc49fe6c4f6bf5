import Glibc

/// Waits for `NOTIFY timus_sites`, on a connection of its own that is made anew where it broke.
final class PostgreSQLListener {
    static let channel = "timus_sites"

    /// It only listens, so a connection that is dead without a word is noticed by nothing else. Seconds.
    private static let liveness = "connect_timeout=5&keepalives_idle=10&keepalives_interval=5&keepalives_count=3"

    private let location: String
    private var connection: PostgreSQLConnection?

    init(location: String) {
        self.location = location
    }

    /// Waits for a notification, for a second at most. Whoever listens looks after that second too: what is missed while the
    /// connection is down is late, and not lost.
    func wait() {
        if connection?.isBroken ?? true { connect() }
        guard let connection, connection.waitForNotification(milliseconds: 1000) else {
            self.connection = nil
            // The server is away, or was: it may be back in a moment.
            usleep(500_000)
            return
        }
    }

    private func connect() {
        connection = try? PostgreSQLConnection(
            location: location + (location.contains("?") ? "&" : "?") + Self.liveness
        )
        do {
            try connection?.command("LISTEN \(Self.channel)")
        } catch {
            connection = nil
        }
    }
}
