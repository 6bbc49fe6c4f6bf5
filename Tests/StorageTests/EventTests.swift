import Access
import Directory
import Testing

@testable import Storage

@Suite struct `The events` {
    @Test(arguments: Backend.allCases)
    func `say who did what, with the old and the new value`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.owner()
            var site = acme.berlin
            site.name = "Berlin Mitte"
            try await acme.store.updateSite(site, by: .administrator(olga))

            let event = try #require(try await acme.store.events(EventQuery(limit: 1)).first)
            #expect(event.actor == "olga@acme.example")
            #expect(event.action == "site.changed")
            #expect(event.subject == "Berlin")
            #expect(event.old == "Berlin, 10.20.0.0/16")
            #expect(event.new == "Berlin Mitte, 10.20.0.0/16")
            #expect(event.at == acme.clock.now)
        }
    }

    @Test(arguments: Backend.allCases)
    func `are written for every verb that somebody did, and not where nothing changed`(
        _ backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            let actor = Acme.operatorAtTheServer
            let before = try await acme.actions().count
            try await acme.store.ban(Acme.ana.id, by: actor)
            try await acme.store.ban(Acme.ana.id, by: actor)
            try await acme.store.unban(Acme.ana.id, by: actor)
            try await acme.store.unban(Acme.ana.id, by: actor)
            try await acme.store.setOverride(user: Acme.ana.id, site: acme.lisbon.id, effect: .allow, by: actor)
            try await acme.store.setOverride(user: Acme.ana.id, site: acme.lisbon.id, effect: .allow, by: actor)
            try await acme.store.setOverride(user: Acme.ana.id, site: acme.lisbon.id, effect: nil, by: actor)
            try await acme.store.updateSite(acme.berlin, by: actor)
            try await acme.store.removeSite(acme.lisbon.id, by: actor)

            let actions = try await acme.actions().dropLast(before)
            #expect(
                actions == [
                    "site.removed", "user.override-removed", "user.override-set", "user.unbanned", "user.banned",
                ]
            )
        }
    }

    @Test(arguments: Backend.allCases)
    func `are not written where the verb was refused`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let before = try await acme.actions()
            await expectConflict(saying: "overlaps") {
                _ = try await acme.store.addSite(
                    name: "Potsdam",
                    addressRange: AddressRange("10.20.0.0/24"),
                    by: Acme.operatorAtTheServer
                )
            }
            await expectRefusal(.notFound("There is no such user.")) {
                try await acme.store.ban("00unobody", by: Acme.operatorAtTheServer)
            }
            #expect(try await acme.actions() == before)
        }
    }

    @Test(arguments: Backend.allCases)
    func `are found by words, by action and page by page`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            for number in 1...7 {
                _ = try await acme.store.addSite(
                    name: "Ö_\(number)",
                    addressRange: AddressRange("172.16.\(number).0/24"),
                    by: Acme.operatorAtTheServer
                )
            }

            let first = try await acme.store.events(EventQuery(actionPrefix: "site.", limit: 4))
            #expect(first.map(\.subject) == ["Ö_7", "Ö_6", "Ö_5", "Ö_4"])
            let next = try await acme.store.events(
                EventQuery(actionPrefix: "site.", before: first.last?.id, limit: 4)
            )
            #expect(next.map(\.subject) == ["Ö_3", "Ö_2", "Ö_1", "Lisbon"])
            #expect(try await acme.store.events(EventQuery(search: "172.16.5")).map(\.subject) == ["Ö_5"])
            #expect(try await acme.store.events(EventQuery(search: "Ö_")).count == 7)
            #expect(try await acme.store.events(EventQuery(search: "BERLIN", actionPrefix: "site.")).count == 1)
            #expect(try await acme.store.events(EventQuery(search: "%")).isEmpty)
            #expect(try await acme.store.events(EventQuery(actionPrefix: "site%")).isEmpty)
        }
    }

    @Test(arguments: Backend.allCases)
    func `hold no secret`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.store.addFirstAdministrator(
                email: "olga@acme.example",
                name: nil,
                password: "correct horse"
            )
            let (_, token) = try await acme.session(of: Acme.ana)
            let (gateway, gatewayToken) = try await acme.gateway()
            let code = try await acme.store.renewCode(ofGateway: gateway.id, by: Acme.operatorAtTheServer)

            let text = try await "\(acme.store.events(EventQuery(limit: 1000)))"
            let secrets = ["correct horse", "client-secret", "api-token", token.value, gatewayToken.value, code.value]
            for secret in secrets {
                #expect(!text.contains(secret))
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `are a whole chain, also when many write at once`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let before = try await acme.actions().count
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...20 {
                    group.addTask {
                        _ = try await acme.store.addSite(
                            name: "Site \(number)",
                            addressRange: AddressRange("172.16.\(number).0/24"),
                            by: Acme.operatorAtTheServer
                        )
                    }
                }
                try await group.waitForAll()
            }

            #expect(try await acme.actions().count == before + 20)
            #expect(try await acme.store.verifyEvents().isWhole)
        }
    }

    @Test(
        arguments: Backend.allCases,
        [
            ("UPDATE audit_event SET new_value = 'x' WHERE event_id = 3", 3),
            ("UPDATE audit_event SET actor = 'somebody else' WHERE event_id = 3", 3),
            ("UPDATE audit_event SET at = at + 1 WHERE event_id = 3", 3),
            ("UPDATE audit_event SET hash = 'x' WHERE event_id = 3", 3),
            ("UPDATE audit_event SET address = '192.0.2.9' WHERE event_id = 3", 3),
            ("UPDATE audit_event SET reason = '' WHERE event_id = 3", 3),
            ("DELETE FROM audit_event WHERE event_id = 3", 3),
            ("UPDATE audit_event SET event_id = event_id + 1000 WHERE event_id > 3", 4),
            ("DELETE FROM audit_event WHERE event_id = (SELECT MAX(event_id) FROM audit_event)", nil),
        ] as [(SQL, Int64?)]
    )
    func `show the first that was changed or removed`(
        _ backend: Backend,
        damage: (statement: SQL, first: Int64?)
    ) async throws {
        try await withAcme(on: backend) { acme in
            let last = try #require(try await acme.store.events(EventQuery(limit: 1)).first?.id)
            #expect(try await acme.store.verifyEvents().isWhole)

            try await acme.store.write { (transaction) throws(StoreError) -> Void in
                try transaction.run(damage.statement)
            }

            #expect(try await acme.store.verifyEvents().broken == damage.first ?? last)
        }
    }
}
