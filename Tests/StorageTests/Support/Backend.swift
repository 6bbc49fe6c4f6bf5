import Foundation
import Testing

@testable import Storage

/// The two databases on which every test of the store runs.
enum Backend: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite = "SQLite"
    case postgresql = "PostgreSQL"

    static let all = allCases

    var testDescription: String { rawValue }

    /// Gives `body` the location of an empty database, which is gone afterwards.
    func withDatabase(_ body: (_ location: String) async throws -> Void) async throws {
        switch self {
        case .sqlite:
            let folder = FileManager.default.temporaryDirectory.appending(path: "timus-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            try await body(folder.appending(path: "timus.sqlite").path)
        case .postgresql:
            let server = try PostgreSQLServer.shared()
            let name = try server.makeDatabase()
            do {
                try await body(server.location(of: name))
            } catch {
                try server.dropDatabase(name)
                throw error
            }
            try server.dropDatabase(name)
        }
    }

    /// Gives `body` the store of a new organisation named Acme, whose clock stands still until the test moves it.
    func withStore(_ body: (_ store: Store, _ clock: TestClock) async throws -> Void) async throws {
        try await withDatabase { location in
            let clock = TestClock()
            let store = try await Store.open(
                at: location,
                organisation: "Acme",
                vault: .ephemeral(),
                now: { clock.now }
            )
            do {
                try await body(store, clock)
            } catch {
                await store.close()
                throw error
            }
            await store.close()
        }
    }

    func withStore(_ body: (_ store: Store) async throws -> Void) async throws {
        try await withStore { store, _ in try await body(store) }
    }
}

/// Gives `body` an ``Acme`` that stands on a database of its own.
func withAcme(on backend: Backend, _ body: (_ acme: Acme) async throws -> Void) async throws {
    try await backend.withStore { store, clock in try await body(Acme(store, clock: clock)) }
}
