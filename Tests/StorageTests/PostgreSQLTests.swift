import Foundation
import Synchronization
import Testing

@testable import Storage

@Suite struct `A PostgreSQL server` {
    @Test func `that cannot be reached is one sentence, without the password`() async throws {
        let location = "postgresql://timus:hunter2@/timus?host=/nowhere"

        let error = await #expect(throws: StoreError.self) {
            try await Store.open(at: location, vault: .ephemeral())
        }

        let sentence = try #require(error?.errorDescription)
        #expect(sentence.hasPrefix("The database postgresql://timus:••••@/timus?host=/nowhere cannot be opened:"))
        #expect(!sentence.contains("hunter2"))
        #expect(error?.recoverySuggestion != nil)
    }

    @Test func `that was restarted is found again by the next transaction`() async throws {
        try await Backend.postgresql.withStore { store in
            _ = try await store.organisationName()

            try await PostgreSQLServer.shared().endConnections(of: store)

            #expect(try await store.organisationName() == "Acme")
            try await PostgreSQLServer.shared().endConnections(of: store)
            #expect(try await store.acquireLease("okta-sync", owner: "one", seconds: 60) != nil)
        }
    }

    @Test func `that was restarted is found again by a statement of its own`() async throws {
        try await Backend.postgresql.withStore { store in
            let query: SQL = "SELECT name FROM organisation"
            for _ in 0..<3 { #expect(try await store.database.row(query)?.text("name") == "Acme") }

            try await PostgreSQLServer.shared().endConnections(of: store)

            #expect(try await store.database.row(query)?.text("name") == "Acme")
        }
    }

    @Test func `is asked by many at once, and each has the answer to their own question`() async throws {
        try await Backend.postgresql.withStore { store in
            let numbers = try await withThrowingTaskGroup(of: (Int, Int64?).self) { group in
                for number in 0..<500 {
                    group.addTask {
                        let query: SQL = "SELECT \(Int64(number)) + \(Int64(1)) AS next WHERE \(Int64(number)) <> 250"
                        return (number, try await store.database.row(query)?.int64("next"))
                    }
                }
                return try await group.reduce(into: [Int: Int64?]()) { $0[$1.0] = $1.1 }
            }

            #expect(numbers.count == 500)
            #expect(numbers.allSatisfy { $0.key == 250 ? $0.value == nil : $0.value == Int64($0.key) + 1 })
        }
    }

    @Test func `refuses one of many that ask at once, and answers the others`() async throws {
        try await Backend.postgresql.withStore { store in
            let answers = await withTaskGroup(of: (Int, Result<String?, StoreError>).self) { group in
                for number in 0..<60 {
                    let query: SQL = number % 10 == 3 ? "SELECT nothing FROM nowhere" : "SELECT name FROM organisation"
                    group.addTask {
                        do throws(StoreError) {
                            return (number, .success(try await store.database.row(query)?.text("name")))
                        } catch {
                            return (number, .failure(error))
                        }
                    }
                }
                return await group.reduce(into: [Int: Result<String?, StoreError>]()) { $0[$1.0] = $1.1 }
            }

            for (number, answer) in answers {
                switch answer {
                case .success(let name): #expect(name == "Acme" && number % 10 != 3)
                case .failure(let error): #expect("\(error)".contains("nowhere") && number % 10 == 3)
                }
            }
        }
    }

    @Test func `that was restarted while many ask answers them all`() async throws {
        try await Backend.postgresql.withStore { store in
            for _ in 0..<5 {
                let names = try await withThrowingTaskGroup(of: String?.self) { group in
                    for _ in 0..<200 {
                        group.addTask { try await store.database.row("SELECT name FROM organisation")?.text("name") }
                    }
                    group.addTask {
                        try await PostgreSQLServer.shared().endConnections(of: store)
                        return "Acme"
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(names == Array(repeating: "Acme", count: 201))
            }
        }
    }

    @Test func `that cannot be reached any more refuses many who ask at once, and is found again`() async throws {
        let server = try PostgreSQLServer.shared()
        let name = try server.makeDatabase()
        let store = try await Store.open(at: server.location(of: name), organisation: "Acme", vault: .ephemeral())
        let query: SQL = "SELECT name FROM organisation"
        let ask: @Sendable () async -> Result<String?, StoreError> = {
            do throws(StoreError) {
                return .success(try await store.database.row(query)?.text("name"))
            } catch {
                return .failure(error)
            }
        }

        try server.administer("ALTER DATABASE \(name) WITH ALLOW_CONNECTIONS false")
        try server.endConnections(to: name)
        let refused = await withTaskGroup(of: Result<String?, StoreError>.self) { group in
            for _ in 0..<200 { group.addTask(operation: ask) }
            return await group.reduce(into: []) { $0.append($1) }
        }
        try server.administer("ALTER DATABASE \(name) WITH ALLOW_CONNECTIONS true")
        let found = await ask()
        await store.close()
        let closed = await ask()
        try server.dropDatabase(name)

        #expect(refused.count == 200)
        #expect(refused.allSatisfy { if case .failure(.cannotOpen) = $0 { true } else { false } })
        #expect(try found.get() == "Acme")
        #expect(throws: StoreError.self) { try closed.get() }
    }

    @Test func `whose table has another form now has its statements prepared anew`() async throws {
        try await Backend.postgresql.withStore { store in
            let query: SQL = "SELECT * FROM organisation"
            for _ in 0..<3 { _ = try await store.database.row(query) }
            for _ in 0..<3 { try await store.read { transaction throws(StoreError) in _ = try transaction.row(query) } }

            try await store.write { transaction throws(StoreError) in
                try transaction.run("ALTER TABLE organisation ADD COLUMN motto TEXT DEFAULT 'Onwards'")
            }

            #expect(try await store.database.row(query)?.text("motto") == "Onwards")
            let motto = try await store.read { transaction throws(StoreError) in
                try transaction.row(query)?.text("motto")
            }
            #expect(motto == "Onwards")
        }
    }

    @Test func `takes no lock whose name has a quote in it for another`() async throws {
        try await Backend.postgresql.withStore { store in
            for lock in ["it's", "\\", "'; DROP TABLE organisation; --"] {
                _ = try await store.database.write(lock: lock) { transaction throws(StoreError) in
                    try transaction.run("UPDATE organisation SET name = \(lock)")
                }
                #expect(try await store.organisationName() == lock)
            }
        }
    }

    @Test func `that breaks off in a transaction has it done once more, and once only`() async throws {
        try await Backend.postgresql.withStore { store in
            let attempts = Mutex(0)

            try await store.write { transaction throws(StoreError) in
                attempts.withLock { $0 += 1 }
                if attempts.withLock({ $0 }) == 1 {
                    try transaction.forEach("SELECT pg_terminate_backend(pg_backend_pid())") { _ in }
                }
                try transaction.run("UPDATE organisation SET name = 'Acme Corporation'")
            }

            #expect(attempts.withLock { $0 } == 2)
            #expect(try await store.organisationName() == "Acme Corporation")
        }
    }

    @Test func `that undid a transaction for a deadlock has it done once more`() async throws {
        try await Backend.postgresql.withStore { store in
            let attempts = Mutex(0)

            try await store.write { transaction throws(StoreError) in
                let attempt = attempts.withLock {
                    $0 += 1; return $0
                }
                try transaction.run("UPDATE organisation SET name = \("attempt \(attempt)")")
                if attempt == 1 {
                    try transaction.run("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$")
                }
            }

            #expect(attempts.withLock { $0 } == 2)
            #expect(try await store.organisationName() == "attempt 2")
        }
    }

    @Test func `does not do a refused transaction again`() async throws {
        try await Backend.postgresql.withStore { store async throws in
            let attempts = Mutex(0)

            await #expect(throws: StoreError.conflict("No.")) {
                try await store.write { transaction throws(StoreError) in
                    attempts.withLock { $0 += 1 }
                    try transaction.run("UPDATE organisation SET name = 'changed'")
                    throw .conflict("No.")
                }
            }

            #expect(attempts.withLock { $0 } == 1)
            #expect(try await store.organisationName() == "Acme")
        }
    }

    @Test func `lets the writes of one organisation follow each other`() async throws {
        try await Backend.postgresql.withStore { store in
            try await store.write { transaction throws(StoreError) in
                try transaction.run("UPDATE organisation SET created_at = 0")
            }

            try await withThrowingTaskGroup { tasks in
                for _ in 0..<50 {
                    tasks.addTask {
                        try await store.write { transaction throws(StoreError) in
                            let before =
                                try transaction.row("SELECT created_at FROM organisation")?.int("created_at") ?? 0
                            try transaction.run("UPDATE organisation SET created_at = \(before + 1)")
                        }
                    }
                }
                try await tasks.waitForAll()
            }

            let sum = try await store.read { transaction throws(StoreError) in
                try transaction.row("SELECT created_at FROM organisation")?.int("created_at")
            }
            #expect(sum == 50)
        }
    }
}
