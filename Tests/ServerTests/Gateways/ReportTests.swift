import Access
import Directory
import Foundation
import GatewayAPI
import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A gateway reports` {
    private static func connectAna(_ office: ConnectOffice) async throws -> Connection {
        let token = try await office.token(of: ConnectOffice.ana)
        let device = try await office.device(token)
        #expect(try await office.connect(device, to: office.berlin.id, as: token).status == .created)
        return try #require(try await office.store.openConnections(of: ConnectOffice.ana).first)
    }

    private static func acknowledge(_ revision: Int64, _ office: ConnectOffice) async throws -> TestResponse {
        let body = try GatewayJSON.data(Acknowledgement(revision: revision))
        return try await office.post(GatewayPath.acknowledgements, body, as: office.berlinGateway.token)
    }

    private static func report(
        _ office: ConnectOffice,
        version: String = "1.0",
        refused: Int64 = 0,
        peers: [GatewayReport.PeerUse] = []
    ) async throws -> TestResponse {
        let report = GatewayReport(
            version: version,
            implementation: "wireguard-go",
            refusedPackets: refused,
            peers: peers
        )
        return try await office.post(
            GatewayPath.reports,
            try GatewayJSON.data(report),
            as: office.berlinGateway.token
        )
    }

    @Test func `that it cut somebody off`() async throws {
        try await ConnectOffice.open { office in
            let connection = try await Self.connectAna(office)
            let before = try #require(try await office.store.siteRevisions()[office.berlin.id])
            #expect(try await Self.acknowledge(before, office).status == .noContent)
            try await office.store.ban(ConnectOffice.ana, by: .commandLine("test"))
            let after = try #require(try await office.store.siteRevisions()[office.berlin.id])
            let waiting = try #require(try await office.store.recentCuts(at: office.berlin.id).first)
            office.clock.advance(1)

            let early = try await Self.acknowledge(before, office)
            let stillWaiting = try await office.store.recentCuts(at: office.berlin.id).first
            let answer = try await Self.acknowledge(after, office)
            let cut = try #require(try await office.store.recentCuts(at: office.berlin.id).first)

            #expect(early.status == .noContent)
            #expect(answer.status == .noContent)
            #expect(after > before)
            #expect(waiting.connection.id == connection.id)
            #expect(waiting.gateways.map(\.name) == ["berlin-1"])
            #expect(!waiting.isComplete)
            #expect(stillWaiting?.isComplete == false)
            #expect(cut.isComplete)
            #expect(cut.lastAcknowledgedAt == office.clock.now())
        }
    }

    @Test(arguments: [GatewayPath.peers, GatewayPath.acknowledgements, GatewayPath.reports])
    func `that it cut everybody off, once it is told that it is none`(path: String) async throws {
        try await ConnectOffice.open { office in
            let token = office.berlinGateway.token
            _ = try await Self.connectAna(office)
            try await office.store.removeGateway(office.berlinGateway.id, by: .commandLine("test"))
            try await office.store.ban(ConnectOffice.ana, by: .commandLine("test"))
            _ = try await office.get(path, as: token + "x")
            let waiting = try #require(try await office.store.recentCuts().first)
            office.clock.advance(1)

            let answer =
                path == GatewayPath.peers
                ? try await office.get(path, as: token) : try await office.post(path, ["revision": "1"], as: token)

            #expect(waiting.gateways.map(\.title) == ["berlin-1 (removed)"] && !waiting.isComplete)
            #expect(answer.status == .unauthorized)
            // It is written down beside the answer.
            var cut = waiting
            while !cut.isComplete {
                try await Task.sleep(for: .milliseconds(10))
                cut = try #require(try await office.store.recentCuts().first)
            }
            #expect(cut.lastAcknowledgedAt == office.clock.now())
        }
    }

    @Test func `no revision that its site has not had`() async throws {
        try await ConnectOffice.open { office in
            let revision = try #require(try await office.store.siteRevisions()[office.berlin.id])

            let answer = try await Self.acknowledge(revision + 1, office)

            #expect(answer.status == .conflict)
            #expect(try await office.store.gateway(office.berlinGateway.id)?.acknowledgedRevision == 0)
        }
    }

    @Test func `what its peers do`() async throws {
        try await ConnectOffice.open { office in
            let connection = try await Self.connectAna(office)
            let time = office.clock.now()

            let answer = try await Self.report(
                office,
                refused: 7,
                peers: [
                    .init(
                        publicKey: ConnectOffice.key(10),
                        lastHandshakeAt: time,
                        receivedBytes: 1000,
                        sentBytes: 2000
                    ),
                    .init(publicKey: ConnectOffice.key(99), lastHandshakeAt: nil, receivedBytes: 1, sentBytes: 1),
                ]
            )

            #expect(answer.status == .noContent)
            let gateway = try await office.store.gateway(office.berlinGateway.id)
            #expect(gateway?.version == "1.0")
            #expect(gateway?.implementation == "wireguard-go")
            #expect(gateway?.refusedPackets == 7)
            let live = try await office.store.liveConnections(at: office.berlin.id)
            #expect(live.map(\.connection.id) == [connection.id])
            #expect(live.first?.gateway == "berlin-1")
            #expect(live.first?.lastHandshakeAt == time)
            #expect(live.first?.receivedBytes == 1000)
            #expect(live.first?.sentBytes == 2000)
        }
    }

    @Test func `nothing that is not a report`() async throws {
        try await ConnectOffice.open { office in
            let negative = GatewayReport.PeerUse(
                publicKey: ConnectOffice.key(10),
                lastHandshakeAt: nil,
                receivedBytes: -1,
                sentBytes: 0
            )
            let answers = [
                try await Self.report(office, version: ""),
                try await Self.report(office, version: "1.0\u{1B}[2J"),
                try await Self.report(office, version: String(repeating: "1", count: 65)),
                try await Self.report(office, refused: -1),
                try await Self.report(office, peers: [negative]),
                try await office.post(GatewayPath.reports, Data("[]".utf8), as: office.berlinGateway.token),
            ]

            for answer in answers {
                #expect(answer.status == .badRequest)
                #expect(answer.json("title") == "The server did not understand the gateway.")
            }
            #expect(try await office.store.gateway(office.berlinGateway.id)?.version == nil)
        }
    }

    @Test func `no more than four megabytes`() async throws {
        try await ConnectOffice.open { office in
            let body = Data(repeating: UInt8(ascii: " "), count: 4 << 20 + 1)
            let answer = try await office.post(GatewayPath.reports, body, as: office.berlinGateway.token)

            #expect(answer.status == .contentTooLarge)
        }
    }
}
