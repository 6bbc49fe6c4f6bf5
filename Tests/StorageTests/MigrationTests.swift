import Access
import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `The schema` {
    @Test(arguments: Backend.all)
    func `is made step by step, each once, and each is noted`(backend: Backend) async throws {
        try await backend.withStore { store in
            try await Migrator(database: store.database, location: "").run(now: store.now)

            let steps = try await store.read { transaction throws(StoreError) in
                try transaction.rows("SELECT version, name, applied_at FROM schema_migration ORDER BY version")
            }

            #expect(try steps.map { try $0.text("name") } == Migrations.all.map(\.name))
            #expect(try steps.map { try $0.int("version") } == Array(1...Migrations.all.count))
        }
    }

    @Test(arguments: Backend.all)
    func `takes a further step on data that is there`(backend: Backend) async throws {
        try await backend.withStore { store in
            let further = Migration(
                name: "a word",
                statements: ["ALTER TABLE organisation ADD COLUMN motto TEXT NOT NULL DEFAULT ''"]
            )

            try await Migrator(database: store.database, location: "", migrations: Migrations.all + [further])
                .run(now: store.now)

            let row = try await store.read { transaction throws(StoreError) in
                try transaction.row("SELECT name, motto FROM organisation")
            }
            #expect(try row?.text("name") == "Acme")
            #expect(try row?.text("motto") == "")
        }
    }

    @Test(arguments: Backend.all)
    func `keeps nothing of a step that fails`(backend: Backend) async throws {
        try await backend.withStore { store in
            let broken = Migration(
                name: "broken",
                statements: ["CREATE TABLE half (number BIGINT)", "CREATE TABLE half (number BIGINT)"]
            )

            await #expect(throws: StoreError.self) {
                try await Migrator(database: store.database, location: "", migrations: Migrations.all + [broken])
                    .run(now: store.now)
            }

            await #expect(throws: StoreError.self) {
                try await store.read { transaction throws(StoreError) in try transaction.rows("SELECT * FROM half") }
            }
            let steps = try await store.read { transaction throws(StoreError) in
                try transaction.count("SELECT COUNT(*) AS count FROM schema_migration")
            }
            #expect(steps == Migrations.all.count)
        }
    }

    @Test(arguments: Backend.all)
    func `of a newer program is refused with a sentence`(backend: Backend) async throws {
        try await backend.withDatabase { location in
            let vault = Vault.ephemeral()
            let store = try await Store.open(at: location, vault: vault)
            try await store.write { transaction throws(StoreError) in
                try transaction.run("INSERT INTO schema_migration VALUES (999, 'from the future', 0)")
            }
            await store.close()

            let error = await #expect(throws: StoreError.self) { try await Store.open(at: location, vault: vault) }

            #expect(error == .databaseIsNewer(location: location))
            #expect(error?.errorDescription?.contains("made by a newer version of Timus") == true)
        }
    }

    @Test(arguments: Backend.all)
    func `takes the gateways and connections of before along`(backend: Backend) async throws {
        try await backend.withDatabase { location in
            let database: any Database =
                backend == .sqlite
                ? try SQLiteDatabase(path: location) : try await PostgreSQLDatabase(location: location)
            try await Migrator(database: database, location: location, migrations: Array(Migrations.all.prefix(10)))
                .run { Date(milliseconds: 0) }
            let token = Token.new().value
            try await database.write(lock: nil) { (transaction) throws(StoreError) in
                for statement in before(gatewayToken: token) { try transaction.run(statement) }
            }
            await database.close()

            let store = try await Store.open(at: location, vault: .ephemeral(), now: { Date(milliseconds: 1000) })

            let gateway = try #require(try await store.gateway(token: token))
            #expect(gateway.publicKey == "key of berlin-1")
            #expect(gateway.isEnrolled && gateway.codeExpiresAt == nil && gateway.acknowledgedRevision == 0)
            #expect(try await store.lease(of: "berlin") == 300)
            #expect(try await store.grants() == [Grant(scope: .everyChosenGroup, site: "berlin")])
            #expect(try await store.accessFacts(for: "ana")?.overrides.map(\.effect) == [.deny])
            let kept = try await store.read { (transaction) throws(StoreError) in
                try transaction.count("SELECT COUNT(*) AS count FROM tunnel_address WHERE free_from IS NULL")
            }
            #expect(kept == 1)
            #expect(
                try await store.peerState(of: "berlin").peers == [SitePeer(publicKey: "one", address: "100.64.0.2")]
            )
            // The one without a session in Connect is cut off.
            #expect(try await store.closeExpiredConnections() == 1)
            #expect(try await store.connection("two")?.closedBecause == "Its session has ended.")
            #expect(try await store.connection("old")?.closedBecause == "Done.")
            #expect(try await store.recentCuts().map(\.connection.id) == ["two"])
            try await store.removeSite("berlin", by: Acme.operatorAtTheServer)
            #expect(try await store.recentCuts().map(\.site) == ["Berlin", "Berlin"])
            await store.close()
        }
    }

    /// An organisation as version 10 kept it: a gateway, two open connections and a closed one. Only Ana has a session.
    private func before(gatewayToken: String) -> [SQL] {
        let people: [SQL] = ["ana", "ben"].flatMap { (name: String) -> [SQL] in
            [
                """
                INSERT INTO users (organisation_id, okta_user_id, status, login, name, sort_name, folded_login,
                    search_text, first_seen_at)
                VALUES ('acme', \(name), 'ACTIVE', \(name), \(name), \(name), \(name), \(name), 0)
                """
            ]
        }
        let devices: [SQL] = [("one", "ana"), ("two", "ben")].map { (device: String, user: String) -> SQL in
            """
            INSERT INTO device (organisation_id, device_id, okta_user_id, name, public_key, platform, created_at,
                last_seen_at)
            VALUES ('acme', \(device), \(user), 'laptop', \(device), 'Linux', 0, 0)
            """
        }
        let connections: [SQL] = [
            "('acme', 'old', 'one', 'ana', 'berlin', '100.64.0.2', 0, 1, 'Done.')",
            "('acme', 'one', 'one', 'ana', 'berlin', '100.64.0.2', 1, NULL, NULL)",
            "('acme', 'two', 'two', 'ben', 'berlin', '100.64.0.3', 1, NULL, NULL)",
        ].map { (values: SQL) -> SQL in "INSERT INTO connection VALUES \(values)" }
        return [
            "INSERT INTO organisation VALUES ('acme', 'Acme', 0)",
            "INSERT INTO site VALUES ('acme', 'berlin', 'Berlin', 'berlin', '10.20.0.0/16', 0)",
            """
            INSERT INTO gateway (organisation_id, gateway_id, site_id, name, public_key, endpoint, token_hash, created_at)
            VALUES ('acme', 'g', 'berlin', 'berlin-1', 'key of berlin-1', 'berlin:51820', \(Token.digest(gatewayToken)), 7)
            """,
        ] + people + devices + [
            "INSERT INTO site_grant VALUES ('acme', NULL, 'berlin', 'x', 0)",
            "INSERT INTO user_site_override VALUES ('acme', 'ana', 'berlin', 'deny', 'x', 0)",
            "INSERT INTO tunnel_address VALUES ('acme', 'one', 'berlin', 1681915906)",
            """
            INSERT INTO session (organisation_id, session_id, token_hash, kind, okta_user_id, created_at, last_seen_at,
                expires_at)
            VALUES ('acme', 's', 'hash', 'connect', 'ana', 0, 0, 100000)
            """,
        ] + connections
    }

    @Test func `names the organisation in every table, in its key and in every reference`() {
        let tables = Migrations.all.flatMap(\.statements).map(\.text).filter { $0.hasPrefix("CREATE TABLE") }

        for table in tables where !table.hasPrefix("CREATE TABLE organisation") {
            #expect(table.contains("organisation_id TEXT NOT NULL"), "\(table)")
            for reference in table.matches(of: /FOREIGN KEY \((.*?)\)/) {
                #expect(reference.output.1.hasPrefix("organisation_id, "), "\(table)")
            }
        }
        #expect(tables.count > 20)
    }

    @Test(arguments: Backend.all)
    func `keeps its own rules`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme async throws in
            let organisation = acme.store.organisation.id
            let broken: [SQL] = [
                "INSERT INTO okta_membership VALUES (\(organisation), '00gengineering', '00unobody')",
                "INSERT INTO okta_membership VALUES (\(organisation), '00gengineering', '00uana')",
                "INSERT INTO user_site_override VALUES (\(organisation), '00uana', \(acme.berlin.id), 'maybe', 'x', 0)",
                "UPDATE okta_integration SET api_token = NULL WHERE organisation_id = \(organisation)",
                "UPDATE users SET login = NULL WHERE organisation_id = \(organisation)",
                "INSERT INTO site_grant VALUES (\(organisation), '00gengineering', \(acme.berlin.id), 'x', 0)",
                "INSERT INTO site_grant VALUES (\(organisation), NULL, 'no such site', 'x', 0)",
                "INSERT INTO team VALUES ('another organisation', 't', 'T', TRUE, 0)",
            ]

            for statement in broken {
                await #expect(throws: StoreError.self, "\(statement.text)") {
                    try await acme.store.write { transaction throws(StoreError) in try transaction.run(statement) }
                }
            }
            #expect(try await acme.store.snapshot() == Acme.directory([Acme.ana, Acme.ben, Acme.cleo]))
        }
    }
}
