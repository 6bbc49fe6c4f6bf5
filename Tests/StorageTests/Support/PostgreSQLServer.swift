import Foundation
import Glibc

@testable import Storage

/// The PostgreSQL server of this test process: started on first use, reached through a socket in a folder of its own.
///
/// A shell holds the server and waits for the end of its standard input, whose other end only this process has. So the
/// server stops and its folder goes when this process ends, in whatever way.
struct PostgreSQLServer: Sendable {
    let folder: String
    /// Held open until the process ends; never read.
    private let lifeline: Int32

    static func shared() throws -> PostgreSQLServer {
        try started.get()
    }

    func location(of database: String) -> String {
        "postgresql:///\(database)?host=\(folder)&user=postgres"
    }

    /// Makes an empty database and returns its name.
    func makeDatabase() throws -> String {
        let name = "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        try administer("CREATE DATABASE \(name) TEMPLATE template0")
        return name
    }

    func dropDatabase(_ name: String) throws {
        try administer("DROP DATABASE \(name) WITH (FORCE)")
    }

    func administer(_ statement: String) throws {
        _ = try PostgreSQLConnection(location: location(of: "postgres")).execute(statement, [])
    }

    /// Ends the connections that the store has, as a restart does.
    func endConnections(of store: Store) async throws {
        let name = try await store.read { transaction throws(StoreError) in
            try transaction.row("SELECT CAST(current_database() AS TEXT) AS name")?.text("name") ?? ""
        }
        try endConnections(to: name)
    }

    func endConnections(to database: String) throws {
        try administer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database)'")
    }

    private static let started = Result { try start() }

    /// Where the server could not be started the tests fail: half of what the store promises would be untested.
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private static func start() throws -> PostgreSQLServer {
        let server = Process()
        let lifeline = Pipe()
        let answer = Pipe()
        let asUser = geteuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
        server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        server.arguments = asUser + ["sh", "-c", script, "sh", try programs()]
        server.currentDirectoryURL = URL(fileURLWithPath: "/")
        server.standardInput = lifeline
        server.standardOutput = answer
        try server.run()
        let held = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_DUPFD_CLOEXEC, 0)
        let lines = String(decoding: answer.fileHandleForReading.availableData, as: UTF8.self).split(separator: "\n")
        guard let folder = lines.first, held >= 0 else {
            throw Missing(description: "PostgreSQL did not start; see standard error")
        }
        return PostgreSQLServer(folder: String(folder), lifeline: held)
    }

    /// Debian's folder with the newest server's programs.
    private static func programs() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = try? FileManager.default.contentsOfDirectory(atPath: root).compactMap { Int($0) }
        guard let newest = versions?.max(), newest >= 15 else {
            throw Missing(description: "PostgreSQL 15 or later is not installed: apt-get install postgresql")
        }
        return "\(root)/\(newest)/bin"
    }

    private static let script = """
        trap '' INT TERM HUP
        dir=$(mktemp -d /tmp/timus-postgresql-XXXXXX) || exit 1
        settings="-c listen_addresses= -c unix_socket_directories=$dir -c max_connections=400 -c fsync=off"
        "$1/initdb" -D "$dir/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/log" 2>&1 &&
        "$1/pg_ctl" -D "$dir/data" -l "$dir/log" -o "$settings" -w -t 30 start >/dev/null &&
        echo "$dir" || cat "$dir/log" >&2
        exec >/dev/null
        read -r _
        "$1/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1
        rm -rf "$dir"
        """
}
