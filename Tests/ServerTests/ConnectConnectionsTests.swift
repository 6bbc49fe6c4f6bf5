import Access
import ConnectAPI
import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@Suite struct `A connection` {
    @Test func `is opened to an allowed site, with what the tunnel needs`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)

            let answer = try await office.connect(device, to: office.berlin.id, as: token)
            let again = try await office.connect(device, to: office.berlin.id, as: token)

            #expect(answer.status == .created)
            #expect(answer.json("network") == "Berlin")
            #expect(answer.json("address") == "100.64.0.2/32")
            #expect(
                answer.text.contains(
                    """
                    "peer":{"allowed_ips":["10.20.0.0/16"],"endpoint":"\(ConnectOffice.endpoint)",\
                    "public_key":"\(office.berlinGateway.key)"}
                    """
                )
            )
            #expect(answer.text.contains(#""alternatives":[]"#))
            #expect(again.json("id") == answer.json("id"))
        }
    }

    @Test func `names every enrolled gateway, those that were heard of lately first`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)
            let second = try await office.store.enrolledGateway(
                "berlin-2",
                at: office.berlin.id,
                key: ConnectOffice.key(2)
            )
            _ = try await office.store.addGateway(
                site: office.berlin.id,
                name: "berlin-3",
                endpoint: "192.0.2.3:51820",
                by: .commandLine("test")
            )
            office.clock.advance(61)
            let heard = try #require(try await office.store.gateway(token: second.token))
            try await office.store.acknowledge(0, by: heard)

            let answer = try await office.connect(device, to: office.berlin.id, as: token)
            let open = try ConnectJSON.message(OpenConnection.self, from: Data(answer.text.utf8))

            #expect(open.peer.publicKey == ConnectOffice.key(2))
            #expect(open.alternatives.map(\.publicKey) == [office.berlinGateway.key])
        }
    }

    @Test func `that is refused is in the events`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)

            _ = try await office.connect(device, to: office.lisbon.id, as: token)

            let events = try await office.store.events(EventQuery(limit: 50))
            #expect(events.contains { $0.action == "connection.refused" })
            #expect(try await office.store.openConnections(of: ConnectOffice.ana).isEmpty)
        }
    }

    @Test func `is asked for thirty times a minute`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)
            for _ in 0..<30 {
                #expect(try await office.connect(device, to: office.berlin.id, as: token).status == .created)
            }

            let answer = try await office.connect(device, to: office.berlin.id, as: token)

            #expect(answer.status == .tooManyRequests)
            #expect(answer.json("title") == "Too many connections were asked for.")
            #expect(answer.headers[.retryAfter] == "2" || answer.headers[.retryAfter] == "1")
            let ben = try await office.token(of: ConnectOffice.ben)
            #expect(try await office.connect("unknown", to: office.berlin.id, as: ben).status == .notFound)
        }
    }

    @Test func `to a site that is not there is refused like one to a site that was not given`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)

            let notGiven = try await office.connect(device, to: office.lisbon.id, as: token)
            let unknown = try await office.connect(device, to: "unknown", as: token)

            #expect(notGiven.status == .forbidden)
            #expect(notGiven.json("title") == "You may not reach this network.")
            #expect(unknown.status == notGiven.status)
            #expect(unknown.text == notGiven.text)
            #expect(unknown.headers == notGiven.headers)
        }
    }

    @Test func `tells no more of sites where remote access is off`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)
            try await office.store.setRemoteAccess(false, by: .commandLine("test"))

            let given = try await office.connect(device, to: office.berlin.id, as: token)
            let notGiven = try await office.connect(device, to: office.lisbon.id, as: token)
            let unknown = try await office.connect(device, to: "unknown", as: token)

            #expect(given.status == .forbidden)
            #expect(given.json("title") == "Remote access is off for the team Okta Users.")
            #expect(notGiven.text == given.text)
            #expect(unknown.text == given.text)
        }
    }

    @Test func `denied by hand does not name who denied it`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)
            try await office.store.setOverride(
                user: ConnectOffice.ana,
                site: office.berlin.id,
                effect: .deny,
                by: .commandLine("rosa")
            )

            let answer = try await office.connect(device, to: office.berlin.id, as: token)

            #expect(answer.status == .forbidden)
            #expect(answer.json("title") == "You may not reach this network.")
            #expect(!answer.text.contains("rosa"))
        }
    }

    @Test func `waits for a gateway`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ben)
            let device = try await office.device(token)

            let answer = try await office.connect(device, to: office.lisbon.id, as: token)

            #expect(answer.status == .conflict)
            #expect(answer.json("title") == "The site Lisbon has no gateway yet.")
            #expect(try await office.store.openConnections(of: ConnectOffice.ben).isEmpty)
        }
    }

    @Test func `is not opened for a user who was suspended meanwhile`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)
            try await office.sync(.suspended)

            let answer = try await office.connect(device, to: office.berlin.id, as: token)
            try await office.sync(.active)
            let later = try await office.connect(device, to: office.berlin.id, as: token)

            #expect(answer.status == .unauthorized)
            #expect(later.status == .unauthorized)
        }
    }

    @Test func `is not opened for a user who was banned`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)
            try await office.store.ban(ConnectOffice.ana, by: .commandLine("test"))

            #expect(try await office.connect(device, to: office.berlin.id, as: token).status == .unauthorized)
            await #expect(throws: StoreError.self) { try await office.token(of: ConnectOffice.ana) }
        }
    }

    @Test func `is not opened from another user's device, or one that was removed`() async throws {
        try await ConnectOffice.open { office in
            let by = Actor.commandLine("test")
            let token = try await office.token(of: ConnectOffice.ana)
            let removed = try await office.device(token, key: 11)
            try await office.store.removeDevice(Device.ID(removed), by: by)
            let bens = try await office.device(office.token(of: ConnectOffice.ben), key: 12)

            for device in [bens, removed, "unknown", ""] {
                let answer = try await office.connect(device, to: office.berlin.id, as: token)
                #expect(answer.status == .notFound)
                #expect(answer.json("title") == "This device is not enrolled.")
            }
        }
    }

    @Test func `is closed by its user, once`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)
            let id = try #require(try await office.connect(device, to: office.berlin.id, as: token).json("id"))

            let closed = try await office.delete("/connect/v1/connections/\(id)", as: token)
            let again = try await office.delete("/connect/v1/connections/\(id)", as: token)

            #expect(closed.status == .noContent)
            #expect(again.status == .notFound)
            #expect(try await office.store.openConnections(of: ConnectOffice.ana).isEmpty)
        }
    }

    @Test func `of another user is not closed, and looks as if it were not there`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)
            let id = try #require(try await office.connect(device, to: office.berlin.id, as: token).json("id"))
            let ben = try await office.token(of: ConnectOffice.ben)

            let foreign = try await office.delete("/connect/v1/connections/\(id)", as: ben)
            let unknown = try await office.delete("/connect/v1/connections/unknown", as: ben)

            #expect(foreign.status == .notFound)
            #expect(foreign.text == unknown.text)
            #expect(try await office.store.openConnections(of: ConnectOffice.ana).count == 1)
        }
    }
}
