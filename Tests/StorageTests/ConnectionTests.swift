import Access
import Directory
import Testing

@testable import Storage

@Suite struct `A device` {
    @Test(arguments: Backend.allCases)
    func `is known by its key`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            let renamed = try await acme.store.enrolDevice(
                user: Acme.ana.id,
                name: "new laptop",
                publicKey: laptop.publicKey,
                platform: "Linux"
            ).device

            #expect(renamed.id == laptop.id)
            #expect(renamed.name == "new laptop")
            #expect(try await acme.store.devices(of: Acme.ana.id) == [renamed])
            #expect(try await acme.actions().filter { $0 == "device.enrolled" }.count == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `never moves to another user, removed or not`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            await expectConflict(saying: "another user") { _ = try await acme.device(of: Acme.ben) }
            try await acme.store.removeDevice(laptop.id, by: Acme.operatorAtTheServer)
            await expectConflict(saying: "another user") { _ = try await acme.device(of: Acme.ben) }

            #expect(try await acme.store.devices(of: Acme.ana.id).isEmpty)
            #expect(try await acme.device(of: Acme.ana).id == laptop.id)
        }
    }

    @Test(arguments: Backend.allCases)
    func `has a real key and an owner with access`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            await expectConflict(saying: "32 bytes") {
                _ = try await acme.store.enrolDevice(
                    user: Acme.ana.id,
                    name: "laptop",
                    publicKey: "AAAA",
                    platform: "Linux"
                )
            }
            await expectRefusal(.denied(.inNoChosenGroup)) { _ = try await acme.device(of: Acme.cleo) }
        }
    }

    @Test(arguments: Backend.allCases)
    func `takes its connections with it`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            let connection = try await acme.open(laptop, to: acme.berlin.id)

            try await acme.store.removeDevice(laptop.id, by: Acme.operatorAtTheServer)

            #expect(try await acme.store.device(laptop.id) == nil)
            #expect(try await acme.store.connection(connection.id)?.closedBecause == "The device was removed.")
            await expectRefusal(.notFound("There is no such device.")) {
                _ = try await acme.open(laptop, to: acme.berlin.id)
            }
        }
    }
}

@Suite struct `A connection` {
    @Test(arguments: Backend.allCases)
    func `is opened where the decision allows it, once`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            let connection = try await acme.open(laptop, to: acme.berlin.id)

            #expect(connection.address == "100.64.0.2")
            #expect(try await acme.open(laptop, to: acme.berlin.id) == connection)
            #expect(try await acme.store.openConnections(of: Acme.ana.id) == [connection])
            #expect(try await acme.store.openConnectionCounts() == [acme.berlin.id: 1])
        }
    }

    @Test(arguments: Backend.allCases)
    func `is refused with the reason where the decision denies it`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            await expectRefusal(.denied(.notGranted(to: [Acme.engineering]))) {
                _ = try await acme.open(laptop, to: acme.lisbon.id)
            }
            await expectRefusal(.denied(.noSuchSite)) {
                _ = try await acme.open(laptop, to: "nowhere")
            }
            try await acme.store.setRemoteAccess(false, by: Acme.operatorAtTheServer)
            await expectRefusal(.denied(.remoteAccessIsOff)) {
                _ = try await acme.open(laptop, to: acme.berlin.id)
            }
            #expect(try await acme.store.openConnections(of: Acme.ana.id).isEmpty)
        }
    }

    @Test(arguments: Backend.allCases)
    func `gets an address of its own and the same again later`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.setGrants(
                [Grant(scope: .everyChosenGroup, site: acme.berlin.id)],
                by: Acme.operatorAtTheServer
            )
            let one = try await acme.device(of: Acme.ana, key: 1)
            let two = try await acme.device(of: Acme.ana, key: 2)
            let three = try await acme.device(of: Acme.ben, key: 3)
            func address(_ device: Device) async throws -> String {
                try await acme.open(device, to: acme.berlin.id).address
            }
            #expect(try await address(one) == "100.64.0.2")
            #expect(try await address(two) == "100.64.0.3")

            for connection in try await acme.store.openConnections(of: Acme.ana.id) {
                try await acme.store.closeConnection(connection.id, because: "Done.")
            }
            #expect(try await address(three) == "100.64.0.4")
            #expect(try await address(two) == "100.64.0.3")

            let four = try await acme.device(of: Acme.ben, key: 4)
            #expect(try await address(four) == "100.64.0.5")
        }
    }

    @Test(arguments: Backend.allCases)
    func `is closed once, with its first reason`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            let connection = try await acme.open(laptop, to: acme.berlin.id)

            try await acme.store.closeConnection(connection.id, because: "Disconnected.")
            try await acme.store.closeConnection(connection.id, because: "Again.")

            let closed = try await acme.store.connection(connection.id)
            #expect(closed?.closedBecause == "Disconnected.")
            #expect(closed?.closedAt == acme.clock.now)
        }
    }

    @Test(arguments: Backend.allCases)
    func `ends when an administrator bans the user or denies the site by hand`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            _ = try await acme.open(laptop, to: acme.berlin.id)
            try await acme.store.setOverride(
                user: Acme.ana.id,
                site: acme.berlin.id,
                effect: .deny,
                by: Acme.operatorAtTheServer
            )
            #expect(try await acme.store.openConnections(of: Acme.ana.id).isEmpty)

            try await acme.store.setOverride(
                user: Acme.ana.id,
                site: acme.berlin.id,
                effect: nil,
                by: Acme.operatorAtTheServer
            )
            _ = try await acme.open(laptop, to: acme.berlin.id)
            try await acme.store.ban(Acme.ana.id, by: Acme.operatorAtTheServer)
            #expect(try await acme.store.openConnections(of: Acme.ana.id).isEmpty)
        }
    }

    @Test(arguments: Backend.allCases)
    func `ends when the user leaves the group that granted it`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let laptop = try await acme.device(of: Acme.ana)
            _ = try await acme.open(laptop, to: acme.berlin.id)

            try await acme.sync(
                Acme.directory(members: [Acme.engineering.id: [], Acme.sales.id: [Acme.ana.id, Acme.ben.id]])
            )

            #expect(try await acme.store.openConnections(of: Acme.ana.id).isEmpty)
            await expectRefusal(.denied(.notGranted(to: [Acme.sales]))) {
                _ = try await acme.open(laptop, to: acme.berlin.id)
            }
        }
    }
}
