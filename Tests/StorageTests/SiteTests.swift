import Access
import Directory
import Testing

@testable import Storage

@Suite struct `A site` {
    @Test(arguments: Backend.allCases)
    func `is kept and listed by name`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let aachen = try await acme.store.addSite(
                name: " Aachen ",
                addressRange: AddressRange("192.168.1.0/24"),
                by: Acme.operatorAtTheServer
            )

            #expect(try await acme.store.sites() == [aachen, acme.berlin, acme.lisbon])
            #expect(try await acme.store.site(aachen.id)?.name == "Aachen")
        }
    }

    @Test(arguments: Backend.allCases)
    func `is not added under a name that another has, in any case`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { (acme) async throws in
            await expectRefusal(.alreadyExists("A site named Berlin exists.")) {
                _ = try await acme.store.addSite(
                    name: "BERLIN",
                    addressRange: AddressRange("10.99.0.0/16"),
                    by: Acme.operatorAtTheServer
                )
            }

            #expect(try await acme.store.sites().count == 2)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is not added where its addresses overlap another's, which is named`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { (acme) async throws in
            await expectConflict(saying: "10.20.3.0/24 overlaps 10.20.0.0/16 of the site Berlin") {
                _ = try await acme.store.addSite(
                    name: "Berlin lab",
                    addressRange: AddressRange("10.20.3.0/24"),
                    by: Acme.operatorAtTheServer
                )
            }
            await expectConflict(saying: "100.64.0.0/10") {
                _ = try await acme.store.addSite(
                    name: "Carrier",
                    addressRange: AddressRange("100.100.0.0/16"),
                    by: Acme.operatorAtTheServer
                )
            }

            #expect(try await acme.store.sites().count == 2)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is renamed and keeps what hangs on it, but a new range ends its connections`(_ backend: Backend) async throws
    {
        try await withAcme(on: backend) { acme in
            let device = try await acme.device(of: Acme.ana)
            _ = try await acme.open(device, to: acme.berlin.id)
            var site = acme.berlin

            site.name = "Berlin Mitte"
            try await acme.store.updateSite(site, by: Acme.operatorAtTheServer)
            #expect(try await acme.store.openConnectionCounts()[site.id] == 1)

            site.addressRange = try AddressRange("10.21.0.0/16")
            try await acme.store.updateSite(site, by: Acme.operatorAtTheServer)
            #expect(try await acme.store.openConnectionCounts()[site.id] == nil)
            #expect(try await acme.store.site(site.id) == site)
        }
    }

    @Test(arguments: Backend.allCases)
    func `takes its connections, grants, overrides and gateways with it`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let device = try await acme.device(of: Acme.ana)
            _ = try await acme.open(device, to: acme.berlin.id)
            try await acme.store.setOverride(
                user: Acme.ben.id,
                site: acme.berlin.id,
                effect: .allow,
                by: Acme.operatorAtTheServer
            )
            let token = try await acme.gateway().token

            try await acme.store.removeSite(acme.berlin.id, by: Acme.operatorAtTheServer)

            #expect(try await acme.store.sites() == [acme.lisbon])
            #expect(try await acme.store.grants().isEmpty)
            #expect(try await acme.store.openConnections(of: Acme.ana.id).isEmpty)
            #expect(try await acme.store.gateway(token: token.value) == nil)
            #expect(try await acme.store.accessFacts(for: Acme.ben.id)?.overrides == [])
            await expectRefusal(.denied(.noSuchSite)) {
                _ = try await acme.open(device, to: acme.berlin.id)
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `that is not there is said so`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { (acme) async throws in
            await expectRefusal(.notFound("There is no such site.")) {
                try await acme.store.removeSite("nowhere", by: Acme.operatorAtTheServer)
            }
            #expect(try await acme.store.site("nowhere") == nil)
        }
    }
}
