import Access
import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `An organisation` {
    @Test(arguments: Backend.all)
    func `is made in a new database and found again`(backend: Backend) async throws {
        try await backend.withDatabase { location in
            let vault = Vault.ephemeral()
            let first = try await Store.open(at: location, vault: vault)
            await first.close()

            let again = try await Store.open(at: location, vault: vault)

            #expect(again.organisation == first.organisation)
            #expect(again.organisation.name == Organisation.unnamed)
            await again.close()
        }
    }

    @Test(arguments: Backend.all)
    func `is named after the Okta domain where nobody named it`(backend: Backend) async throws {
        try await backend.withDatabase { location in
            let store = try await Store.open(at: location, vault: .ephemeral())

            try await store.enableOkta(.acme, by: .system)

            #expect(try await store.organisationName() == "acme.okta.com")
            await store.close()
        }
    }

    @Test(arguments: Backend.all)
    func `keeps the name that it was given`(backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.enableOkta(.acme, by: .system)
            #expect(try await store.organisationName() == "Acme")

            try await store.renameOrganisation("Acme Corporation", by: .system)
            #expect(try await store.organisationName() == "Acme Corporation")
        }
    }

    @Test(arguments: Backend.all)
    func `that is not there is not made by a typing error`(backend: Backend) async throws {
        try await backend.withDatabase { location in
            let vault = Vault.ephemeral()
            let acme = try await Store.open(at: location, organisation: "Acme", vault: vault)
            await acme.close()

            let error = await #expect(throws: StoreError.self) {
                try await Store.open(at: location, organisation: "Amce", vault: vault)
            }

            #expect(error == .noSuchOrganisation("Amce", known: ["Acme"]))
            #expect(error?.recoverySuggestion == "Name one of these with --organisation: Acme.")
        }
    }

    @Test(arguments: Backend.all)
    func `must be named where there are several`(backend: Backend) async throws {
        try await withTwoOrganisations(on: backend) { acme, _, location in
            let error = await #expect(throws: StoreError.self) {
                try await Store.open(at: location, vault: acme.vault)
            }

            #expect(error == .organisationNotNamed(known: ["Acme", "Globex"]))
        }
    }

    @Test(arguments: Backend.all)
    func `sees and changes nothing of another, though Okta's ids are the same`(backend: Backend) async throws {
        try await withTwoOrganisations(on: backend) { acme, globex, _ in
            let acme = try await Acme(acme, clock: TestClock())
            let before = try await acme.store.snapshot()
            try await globex.enableOkta(.globex, by: .system)
            try await globex.setCatalogue([Acme.engineering], memberCounts: [:])
            try await globex.chooseGroups([Acme.engineering.id], by: .system)

            #expect(try await globex.snapshot().users.isEmpty)
            #expect(try await globex.accessFacts(for: Acme.ana.id) == nil)
            #expect(try await globex.grants().isEmpty)
            #expect(try await globex.sites().isEmpty)
            #expect(try await globex.oktaCredentials()?.apiToken == OktaCredentials.globex.apiToken)
            #expect(try await globex.syncRuns().isEmpty)

            let lease = try #require(try await globex.acquireLease("okta-sync", owner: "globex", seconds: 60))
            var changes = Changes()
            changes.addedUsers = [Acme.ana.with { $0.status = .suspended }]
            changes.joined = [Membership(group: Acme.engineering.id, user: Acme.ana.id)]
            _ = try await globex.apply(changes, lease: lease)
            try await globex.disableOkta(by: .system)

            #expect(try await acme.store.snapshot() == before)
            #expect(try await acme.mayReach(acme.berlin, Acme.ana))
            #expect(try await acme.store.oktaIntegration()?.domain == "acme.okta.com")
        }
    }

    @Test(arguments: Backend.all)
    func `cannot grant another's site`(backend: Backend) async throws {
        try await withTwoOrganisations(on: backend) { acme, globex, _ in
            let berlin = try await acme.addSite(name: "Berlin", addressRange: AddressRange("10.20.0.0/16"), by: .system)

            await #expect(throws: StoreError.notFound("There is no such site.")) {
                try await globex.setGrants([Grant(scope: .everyChosenGroup, site: berlin.id)], by: .system)
            }
            #expect(try await globex.grants().isEmpty)
        }
    }

    private func withTwoOrganisations(
        on backend: Backend,
        _ body: (_ acme: Store, _ globex: Store, _ location: String) async throws -> Void
    ) async throws {
        try await backend.withDatabase { location in
            let vault = Vault.ephemeral()
            let acme = try await Store.open(at: location, organisation: "Acme", vault: vault)
            let globex = try await Store.open(
                at: location,
                organisation: "Globex",
                createOrganisation: true,
                vault: vault
            )
            try await body(acme, globex, location)
            await acme.close()
            await globex.close()
        }
    }
}
