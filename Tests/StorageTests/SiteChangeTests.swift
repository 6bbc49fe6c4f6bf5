import Access
import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `A change of a site` {
    /// Whether a signal comes within that time. Signals of before are let go first.
    private func signalled(
        _ store: Store,
        within milliseconds: Int,
        _ change: @escaping @Sendable () async throws -> Void
    ) async throws -> Bool {
        let changes = store.siteChanges()
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                var changes = changes.makeAsyncIterator()
                // The first comes at once; PostgreSQL has to be listened to by then.
                _ = await changes.next()
                try await Task.sleep(for: .milliseconds(300))
                let before = try await store.siteRevisions()
                try await change()
                let start = ContinuousClock.now
                while await changes.next() != nil {
                    if try await store.siteRevisions() != before {
                        return ContinuousClock.now - start < .milliseconds(milliseconds)
                    }
                }
                return false
            }
            group.addTask {
                try await Task.sleep(for: .seconds(10))
                return false
            }
            let first = try await group.next() ?? false
            group.cancelAll()
            return first
        }
    }

    @Test(arguments: Backend.allCases)
    func `is told at once in its own process`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            let session = try await acme.connectSession(of: Acme.ana.id)
            let store = acme.store
            let berlin = acme.berlin.id
            #expect(
                try await signalled(store, within: 800) {
                    _ = try await store.openConnection(device: laptop.id, site: berlin, session: session)
                }
            )
        }
    }

    @Test(arguments: Backend.allCases)
    func `is told in another process`(_ backend: Backend) async throws {
        try await backend.withDatabase { location in
            let vault = Vault.ephemeral()
            let here = try await Store.open(at: location, organisation: "Acme", vault: vault)
            let there = try await Store.open(at: location, organisation: "Acme", vault: vault)
            let site = try await here.addSite(
                name: "Berlin",
                addressRange: AddressRange("10.20.0.0/16"),
                by: Acme.operatorAtTheServer
            )
            #expect(
                try await signalled(here, within: 800) {
                    try await there.setLease(60, of: site.id, by: Acme.operatorAtTheServer)
                }
            )
            await here.close()
            await there.close()
        }
    }

    @Test func `is told after the connection to PostgreSQL broke`() async throws {
        let server = try PostgreSQLServer.shared()
        try await Backend.postgresql.withStore { store in
            let site = try await store.addSite(
                name: "Berlin",
                addressRange: AddressRange("10.20.0.0/16"),
                by: Acme.operatorAtTheServer
            )
            var changes = store.siteChanges().makeAsyncIterator()
            _ = await changes.next()
            try await Task.sleep(for: .milliseconds(300))
            try server.administer(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN timus_sites'"
            )
            try await store.setLease(60, of: site.id, by: Acme.operatorAtTheServer)
            let start = ContinuousClock.now
            for _ in 0..<2 { _ = await changes.next() }
            #expect(ContinuousClock.now - start < .seconds(3))
            // It listens again.
            try await Task.sleep(for: .milliseconds(700))
            #expect(
                try await signalled(store, within: 800) {
                    try await store.setLease(61, of: site.id, by: Acme.operatorAtTheServer)
                }
            )
        }
    }
}
