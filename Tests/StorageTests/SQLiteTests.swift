import Foundation
import Testing

@testable import Storage

@Suite struct `A database file` {
    @Test func `in a folder that is not there is refused with a sentence`() async throws {
        try await withFolder { folder in
            let path = folder + "/nowhere/timus.sqlite"

            let error = await #expect(throws: StoreError.self) { try await Store.open(at: path, vault: .ephemeral()) }

            #expect(
                error?.errorDescription
                    == "The database \(path) cannot be opened: there is no folder \(folder)/nowhere."
            )
            #expect(error?.recoverySuggestion == "Make the folder, or name another path.")
        }
    }

    @Test func `is made for its owner alone`() async throws {
        try await withFolder { folder in
            let store = try await Store.open(at: folder + "/timus.sqlite", vault: .ephemeral())
            _ = try await store.acquireLease("a write", owner: "one", seconds: 60)

            for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + file)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
            }
            await store.close()
        }
    }

    @Test func `that is something else is refused and left as it is`() async throws {
        try await withFolder { folder in
            let path = folder + "/notes.txt"
            let notes = String(repeating: "These are notes, not a database.\n", count: 100)
            try notes.write(toFile: path, atomically: false, encoding: .utf8)

            let error = await #expect(throws: StoreError.self) { try await Store.open(at: path, vault: .ephemeral()) }

            #expect(error?.errorDescription == "The database \(path) cannot be opened: it is not an SQLite database.")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == notes)
        }
    }

    @Test func `that is a folder is refused`() async throws {
        try await withFolder { folder in
            let error = await #expect(throws: StoreError.self) {
                try await Store.open(at: folder, vault: .ephemeral())
            }

            guard case .cannotOpen(folder, _, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `is written by two programs in turn`() async throws {
        try await withFolder { folder in
            let vault = Vault.ephemeral()
            let path = folder + "/timus.sqlite"
            let server = try await Store.open(at: path, vault: vault)
            let commandLine = try await Store.open(at: path, vault: vault)

            try await withThrowingTaskGroup { tasks in
                for number in 0..<20 {
                    let store = number.isMultiple(of: 2) ? server : commandLine
                    tasks.addTask {
                        _ = try await store.acquireLease("job \(number)", owner: "x", seconds: 60)
                    }
                }
                try await tasks.waitForAll()
            }

            let leases = try await server.read { transaction throws(StoreError) in
                try transaction.count("SELECT COUNT(*) AS count FROM lease")
            }
            #expect(leases == 20)
            await server.close()
            await commandLine.close()
        }
    }
}
