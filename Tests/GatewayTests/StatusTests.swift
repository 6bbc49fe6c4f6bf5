import Foundation
import Testing

@testable import Gateway

@Suite struct `The status of a gateway` {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func status(_ change: (inout GatewayStatus) -> Void = { _ in }) -> GatewayStatus {
        var status = GatewayStatus(
            version: "0.1.0",
            name: "Berlin-1",
            site: "Berlin",
            server: "https://timus.example.com",
            interface: "timus0",
            isServerReachable: true,
            revision: 7,
            revisionInForce: 7,
            networks: ["10.20.0.0/16"],
            peerCount: 0,
            receivedBytes: 0,
            sentBytes: 0,
            refusedPackets: 0,
            peers: [],
            writtenAt: now.addingTimeInterval(-2)
        )
        change(&status)
        return status
    }

    private func answer(_ status: GatewayStatus?, isRunning: Bool = true) throws -> StatusAnswer {
        StatusAnswer(
            GatewaySettings(
                server: try ServerAddress("https://timus.example.com"),
                allowsHTTP: false,
                id: "g-1",
                name: "Berlin-1",
                site: "Berlin",
                token: "t",
                interface: "timus0",
                listenPort: 51820,
                isMasquerading: true
            ),
            isRunning: isRunning,
            status: status
        )
    }

    @Test func `is well where all is in force and was written just now`() throws {
        #expect(try answer(status()).isWell(at: now))
        #expect(try answer(status { $0.writtenAt = now.addingTimeInterval(-15) }).isWell(at: now))
        #expect(
            try answer(
                status {
                    $0.peerCount = 1_000
                    $0.writtenAt = now.addingTimeInterval(-90)
                }
            ).isWell(at: now)
        )
    }

    @Test(
        arguments: [
            { $0.writtenAt = $0.writtenAt.addingTimeInterval(-14) },
            { $0.writtenAt = $0.writtenAt.addingTimeInterval(60) },
            {
                $0.peerCount = 1_000
                $0.writtenAt = $0.writtenAt.addingTimeInterval(-89)
            },
            { $0.revision = nil },
            { $0.revisionInForce = nil },
            { $0.revisionInForce = 6 },
            {
                $0.revision = nil
                $0.revisionInForce = nil
            },
            { $0.isServerReachable = false },
            { $0.trouble = "nft failed" },
        ] as [@Sendable (inout GatewayStatus) -> Void]
    )
    func `is not well`(change: @Sendable (inout GatewayStatus) -> Void) throws {
        #expect(try !answer(status(change)).isWell(at: now))
    }

    @Test func `is not well where nothing runs or nothing was written`() throws {
        #expect(try !answer(status(), isRunning: false).isWell(at: now))
        #expect(try !answer(nil).isWell(at: now))
    }

    @Test func `says for how long nothing was written`() throws {
        let lines = try answer(status { $0.writtenAt = now.addingTimeInterval(-40) }).lines(at: now)

        #expect(lines.contains("It has not written for 40 seconds; this is how it did then."))
        #expect(try !answer(status()).lines(at: now).contains { $0.contains("has not written") })
    }
}
