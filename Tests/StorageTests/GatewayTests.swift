import Access
import Directory
import Foundation
import Testing

@testable import Storage

private let unknownCode = StoreError.notFound("The code is unknown, was used, or is older than an hour.")

@Suite struct `A gateway` {
    private func add(
        to acme: Acme,
        name: String = "berlin-1",
        endpoint: String = "berlin.acme.example:51820"
    ) async throws -> (gateway: Gateway, code: Secret) {
        try await acme.store.addGateway(
            site: acme.berlin.id,
            name: name,
            endpoint: endpoint,
            by: Acme.operatorAtTheServer
        )
    }

    @Test(arguments: Backend.allCases)
    func `waits for the machine that shows its code, and is known by the token that this one gets`(
        _ backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            let (added, code) = try await add(to: acme)
            #expect(!added.isEnrolled && added.publicKey == nil)
            #expect(added.codeExpiresAt == acme.clock.now.addingTimeInterval(3600))

            let typed = code.value.lowercased() + "\n"
            let (gateway, site, token) = try await acme.store.enrolGateway(code: typed, publicKey: Acme.publicKey(9))

            #expect(gateway.id == added.id && gateway.isEnrolled && gateway.codeExpiresAt == nil)
            #expect(gateway.publicKey == Acme.publicKey(9))
            #expect(site == acme.berlin)
            #expect(try await acme.store.gateway(token: token.value)?.id == gateway.id)
            #expect(try await acme.store.gateways(of: acme.berlin.id).first?.lastSeenAt == nil)
            try await acme.store.acknowledge(0, by: gateway)
            #expect(try await acme.store.gateways(of: acme.berlin.id).first?.lastSeenAt == acme.clock.now)
            #expect(try await acme.store.gateways(of: acme.lisbon.id).isEmpty)
            #expect(try await acme.actions().contains("gateway.enrolled"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `is not there for another token`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.gateway()
            #expect(try await acme.store.gateway(token: Token.new().value) == nil)
            #expect(try await acme.store.gateway(token: "") == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is enrolled by its code once, within an hour, and a code shown again is an event`(
        _ backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            let (_, used) = try await add(to: acme)
            _ = try await acme.store.enrolGateway(code: used.value, publicKey: Acme.publicKey(9))
            let (_, late) = try await add(to: acme, name: "berlin-2")
            acme.clock.advance(seconds: 3600)

            for code in [used.value, used.value, late.value, EnrolmentCode.new().value, ""] {
                await expectRefusal(unknownCode) {
                    _ = try await acme.store.enrolGateway(code: code, publicKey: Acme.publicKey(8))
                }
            }

            let refused = try await acme.store.events(EventQuery(actionPrefix: "gateway.enrolment-refused", limit: 10))
            #expect(Set(refused.map(\.subject)) == ["berlin-1", "berlin-2"])
            #expect(refused.count == 2)
            #expect(
                Set(refused.map(\.reason)) == ["The code was used before.", "The code is older than an hour."]
            )
        }
    }

    @Test(arguments: Backend.allCases)
    func `needs a real key that no other gateway has, and keeps its code without one`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.gateway(key: 9)
            let (_, code) = try await add(to: acme, name: "berlin-2")

            await expectConflict(saying: "32 bytes") {
                _ = try await acme.store.enrolGateway(code: code.value, publicKey: "AAAA")
            }
            await expectRefusal(.alreadyExists("The gateway berlin-1 has that public key.")) {
                _ = try await acme.store.enrolGateway(code: code.value, publicKey: Acme.publicKey(9))
            }
            _ = try await acme.store.enrolGateway(code: code.value, publicKey: Acme.publicKey(8))
        }
    }

    @Test(arguments: Backend.allCases)
    func `is enrolled anew by a new code, which ends the old token when it is used`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (gateway, token) = try await acme.gateway(key: 9)
            let first = try await acme.store.renewCode(ofGateway: gateway.id, by: Acme.operatorAtTheServer)
            let second = try await acme.store.renewCode(ofGateway: gateway.id, by: Acme.operatorAtTheServer)
            #expect(try await acme.store.gateway(token: token.value)?.publicKey == Acme.publicKey(9))

            await expectRefusal(unknownCode) {
                _ = try await acme.store.enrolGateway(code: first.value, publicKey: Acme.publicKey(8))
            }
            let anew = try await acme.store.enrolGateway(code: second.value, publicKey: Acme.publicKey(8))
            let refused = try await acme.store.events(EventQuery(actionPrefix: "gateway.enrolment-refused", limit: 10))

            #expect(refused.map(\.subject) == [gateway.name])
            #expect(refused.map(\.reason) == ["The code was replaced by a newer one."])
            #expect(anew.gateway.id == gateway.id)
            #expect(try await acme.store.gateway(token: token.value) == nil)
            #expect(try await acme.store.gateway(token: anew.token.value)?.publicKey == Acme.publicKey(8))
            await expectRefusal(.notFound("There is no such gateway.")) {
                _ = try await acme.store.renewCode(ofGateway: "nobody", by: Acme.operatorAtTheServer)
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `has a name of its own and an endpoint`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await add(to: acme)

            await expectRefusal(.alreadyExists("A gateway named berlin-1 exists.")) {
                _ = try await add(to: acme, name: "Berlin-1")
            }
            await expectConflict(saying: "needs a name") { _ = try await add(to: acme, name: " ") }
            await expectRefusal(.notFound("There is no such site.")) {
                _ = try await acme.store.addGateway(
                    site: "nowhere",
                    name: "x",
                    endpoint: "a:1",
                    by: Acme.operatorAtTheServer
                )
            }
        }
    }

    @Test(arguments: [
        "berlin", "berlin:", ":51820", "berlin:0", "berlin:99999", "berlin:+1", "a b:1", "a\nb:1", "2001:db8::1:51820",
        "[berlin]:1", "[2001:db8::1]", "-x:1", "$(id):1", "a;b:1",
    ])
    func `has no endpoint but a host and a port`(_ text: String) {
        #expect(!Endpoint.isEndpoint(text))
    }

    @Test(arguments: ["berlin:1", "berlin.acme.example:51820", "192.0.2.1:65535", "[2001:db8::1]:51820"])
    func `has a host and a port as its endpoint`(_ text: String) {
        #expect(Endpoint.isEndpoint(text))
    }

    @Test(arguments: Backend.allCases)
    func `is renamed, but not to another's name`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (gateway, _) = try await add(to: acme)
            _ = try await add(to: acme, name: "berlin-2")

            try await acme.store.renameGateway(gateway.id, to: "BERLIN-1", by: Acme.operatorAtTheServer)
            #expect(try await acme.store.gateway(gateway.id)?.name == "BERLIN-1")
            await expectRefusal(.alreadyExists("A gateway named berlin-2 exists.")) {
                try await acme.store.renameGateway(gateway.id, to: "Berlin-2", by: Acme.operatorAtTheServer)
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `that was removed is known no longer, by its token or its code`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (gateway, token) = try await acme.gateway()
            let code = try await acme.store.renewCode(ofGateway: gateway.id, by: Acme.operatorAtTheServer)
            try await acme.store.removeGateway(gateway.id, by: Acme.operatorAtTheServer)

            #expect(try await acme.store.gateway(token: token.value) == nil)
            await expectRefusal(unknownCode) {
                _ = try await acme.store.enrolGateway(code: code.value, publicKey: Acme.publicKey(8))
            }
            for refused in [
                { try await acme.store.removeGateway(gateway.id, by: Acme.operatorAtTheServer) },
                { try await acme.store.acknowledge(0, by: gateway) },
                {
                    try await acme.store.note(
                        version: "1",
                        implementation: "kernel",
                        refusedPackets: 0,
                        peers: [],
                        of: gateway
                    )
                },
            ] {
                await expectRefusal(.notFound("There is no such gateway.")) { try await refused() }
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `reports what its peers do, and the packets that it refused`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (gateway, _) = try await acme.gateway()
            let (second, _) = try await acme.gateway(name: "berlin-2", key: 201)
            let laptop = try await acme.device(of: Acme.ana)
            let connection = try await acme.open(laptop, to: acme.berlin.id)
            let before = try #require(try await acme.store.liveConnections().first)
            #expect(before.gateway == nil && before.lastHandshakeAt == nil)
            func report(_ refused: Int64, received: Int64, of gateway: Gateway) async throws {
                let use = PeerUse(
                    publicKey: laptop.publicKey,
                    lastHandshakeAt: acme.clock.now,
                    receivedBytes: received,
                    sentBytes: 1
                )
                let stranger = PeerUse(
                    publicKey: Acme.publicKey(77),
                    lastHandshakeAt: nil,
                    receivedBytes: 1,
                    sentBytes: 1
                )
                try await acme.store.note(
                    version: "1.2",
                    implementation: "kernel",
                    refusedPackets: refused,
                    peers: [use, stranger],
                    of: gateway
                )
            }

            try await report(3, received: 10, of: gateway)
            try await report(4, received: 20, of: gateway)
            acme.clock.advance(seconds: 60)
            try await report(0, received: 5, of: second)
            acme.clock.advance(seconds: 540)
            try await report(6, received: 20, of: gateway)
            // Its interface came up anew.
            acme.clock.advance(seconds: 600)
            try await report(1, received: 20, of: gateway)

            let live = try #require(try await acme.store.liveConnections(at: acme.berlin.id).first)
            #expect(live.connection == connection && live.login == Acme.ana.login && live.device == "laptop 1")
            #expect(live.gateway == "berlin-1" && live.lastHandshakeAt == acme.clock.now)
            #expect(live.receivedBytes == 25 && live.sentBytes == 2)
            #expect(try await acme.store.liveConnections(of: Acme.ben.id).isEmpty)
            let kept = try await acme.store.gateway(gateway.id)
            #expect(kept?.version == "1.2" && kept?.implementation == "kernel" && kept?.refusedPackets == 1)
            let told = try await acme.store.events(EventQuery(actionPrefix: "gateway.refused-packets", limit: 10))
            #expect(told.map(\.new) == ["1 packet", "3 packets", "3 packets"])
        }
    }
}
