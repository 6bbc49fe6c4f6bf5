import Access
import Directory
import Foundation
import GatewayAPI
import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@testable import GatewayServer
@testable import Tunnels

@Suite(.timeLimit(.minutes(1))) struct `A gateway's stream` {
    private static let by = Actor.commandLine("test")

    private static func open(
        pace: StreamPace = StreamPace(),
        _ test: @escaping @Sendable (ConnectOffice) async throws -> Void
    ) async throws {
        try await ConnectOffice.open(.live, isWatched: true, pace: pace, test)
    }

    @Test func `begins with everybody who is let in`() async throws {
        try await Self.open { office in
            let empty = try await PeerFeed.open(office, office.berlinGateway.token)
            let nobody = try await empty.full()
            try await office.connectAna()
            let feed = try await PeerFeed.open(office, office.berlinGateway.token)
            let state = try await feed.full()

            #expect(feed.status == 200)
            #expect(feed.contentType == "application/x-ndjson")
            #expect(nobody.peers.isEmpty)
            #expect(state.peers == [ConnectOffice.anaPeer])
            #expect(state.revision > nobody.revision)
            #expect(state.lease == 300)
            #expect(state.networks == ["10.20.0.0/16"])
            #expect(state.tunnelRange == "100.64.0.0/10")
        }
    }

    @Test func `tells of a new connection within a second`() async throws {
        try await Self.open { office in
            let feed = try await PeerFeed.open(office, office.berlinGateway.token)
            let state = try await feed.full()
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)

            let time = try await duration {
                _ = try await office.connect(device, to: office.berlin.id, as: token)
                let changes = try await feed.changes()
                #expect(changes.added == [ConnectOffice.anaPeer])
                #expect(changes.removed.isEmpty)
                #expect(changes.revision == state.revision + 1)
            }
            #expect(time < .seconds(1))
        }
    }

    @Test func `does not tell of the peers of another site`() async throws {
        try await Self.open(pace: StreamPace(alive: .milliseconds(50))) { office in
            let gateway = try await office.store.enrolledGateway(
                "lisbon-1",
                at: office.lisbon.id,
                key: ConnectOffice.key(2)
            )
            let berlin = try await PeerFeed.open(office, office.berlinGateway.token)
            let lisbon = try await PeerFeed.open(office, gateway.token)
            let before = try await lisbon.full()
            _ = try await berlin.full()

            try await office.connectAna()

            #expect(try await berlin.changes().added == [ConnectOffice.anaPeer])
            #expect(before.peers.isEmpty)
            #expect(before.networks == ["10.30.0.0/16"])
            for _ in 0..<5 { #expect(await lisbon.next() == .alive(revision: before.revision)) }
        }
    }

    enum Term: CaseIterable {
        case lease
        case networks
    }

    @Test(arguments: Term.allCases)
    func `tells everything anew within a second when the site changes`(term: Term) async throws {
        try await Self.open { office in
            try await office.connectAna()
            let feed = try await PeerFeed.open(office, office.berlinGateway.token)
            let before = try await feed.full()

            let time = try await duration {
                switch term {
                case .lease: try await office.store.setLease(60, of: office.berlin.id, by: Self.by)
                case .networks:
                    let range = try AddressRange("10.21.0.0/16")
                    let moved = Site(id: office.berlin.id, name: "Berlin", addressRange: range)
                    try await office.store.updateSite(moved, by: Self.by)
                }
                let after = try await feed.full()
                #expect(after.lease == (term == .lease ? 60 : 300))
                #expect(after.networks == (term == .networks ? ["10.21.0.0/16"] : ["10.20.0.0/16"]))
                // Where the networks are others, the connections end.
                #expect(after.peers == (term == .lease ? [ConnectOffice.anaPeer] : []))
                #expect(after.revision > before.revision)
            }
            #expect(time < .seconds(1))
        }
    }

    @Test func `says that it is alive while nothing changes, and everything now and then`() async throws {
        try await Self.open(pace: StreamPace(full: .milliseconds(500), alive: .milliseconds(100))) { office in
            try await office.connectAna()
            let feed = try await PeerFeed.open(office, office.berlinGateway.token)
            let first = try await feed.full()

            var alive = 0
            while let message = await feed.next(), message == .alive(revision: first.revision) { alive += 1 }

            #expect((2...6).contains(alive))
            #expect(try await feed.full() == first)
        }
    }

    @Test func `goes as fast as a gateway expects`() {
        #expect(StreamPace().alive == .seconds(5))
        #expect(StreamPace().full == .seconds(30))
    }

    enum End: CaseIterable {
        case gatewayRemoved
        case siteRemoved
        case enrolledAnew
    }

    @Test(arguments: End.allCases)
    func `ends within a second when its gateway is no longer`(end: End) async throws {
        try await Self.open { office in
            let (store, gateway) = (office.store, office.berlinGateway)
            let feed = try await PeerFeed.open(office, gateway.token)
            _ = try await feed.full()

            let time = try await duration {
                switch end {
                case .gatewayRemoved: try await store.removeGateway(gateway.id, by: Self.by)
                case .siteRemoved: try await store.removeSite(office.berlin.id, by: Self.by)
                case .enrolledAnew:
                    let code = try await store.renewCode(ofGateway: gateway.id, by: Self.by)
                    _ = try await store.enrolGateway(code: code.value, publicKey: ConnectOffice.key(2))
                }
                try await feed.end()
            }

            #expect(time < .seconds(1))
            #expect(try await PeerFeed.open(office, gateway.token).status == 401)
        }
    }

    @Test func `ends when the same gateway opens another`() async throws {
        try await Self.open { office in
            let older = try await PeerFeed.open(office, office.berlinGateway.token)
            _ = try await older.full()

            let newer = try await PeerFeed.open(office, office.berlinGateway.token)
            try await older.end()
            _ = try await newer.full()
            try await office.connectAna()

            #expect(try await newer.changes().added == [ConnectOffice.anaPeer])
            #expect(office.watch.followerCount == 1)
        }
    }

    @Test func `is open to each gateway of a site`() async throws {
        try await Self.open { office in
            let second = try await office.store.enrolledGateway(
                "berlin-2",
                at: office.berlin.id,
                key: ConnectOffice.key(2)
            )
            let feeds = [
                try await PeerFeed.open(office, office.berlinGateway.token),
                try await PeerFeed.open(office, second.token),
            ]
            for feed in feeds { _ = try await feed.full() }

            try await office.connectAna()
            try await office.store.ban(ConnectOffice.ana, by: Self.by)

            for feed in feeds {
                var removed: [String] = []
                while removed.isEmpty { removed = try await feed.changes().removed }
                #expect(removed == [ConnectOffice.anaPeer.publicKey])
            }
        }
    }

    @Test func `is not opened without a gateway's token`() async throws {
        try await ConnectOffice.open { office in
            let ana = try await office.connectAna()
            let lost = try await office.store.enrolledGateway(
                "berlin-2",
                at: office.berlin.id,
                key: ConnectOffice.key(2)
            )
            try await office.store.removeGateway(lost.id, by: Self.by)

            for token in [
                nil, "", ana, lost.token, office.berlinGateway.token + "x", String(repeating: "A", count: 43),
            ] {
                for path in [GatewayPath.peers, GatewayPath.acknowledgements, GatewayPath.reports] {
                    let answer =
                        path == GatewayPath.peers
                        ? try await office.get(path, as: token)
                        : try await office.post(path, ["revision": "1"], as: token)
                    #expect(answer.status == .unauthorized)
                    #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                    #expect(answer.json("title") == "No gateway has this token.")
                    #expect(!answer.text.contains(ConnectOffice.key(10)))
                }
            }
        }
    }

    @Test func `ends within a second when the server shuts down`() async throws {
        let (feeds, opened) = AsyncStream.makeStream(of: PeerFeed.self)
        let time = try await duration {
            try await Self.open { office in
                let feed = try await PeerFeed.open(office, office.berlinGateway.token)
                _ = try await feed.full()
                opened.yield(feed)
            }
        }
        let feed = try #require(await feeds.first { _ in true })

        try await feed.end()
        #expect(time < .seconds(2))
    }
}
