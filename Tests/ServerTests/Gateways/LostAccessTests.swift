import Access
import Directory
import Foundation
import GatewayAPI
import HummingbirdTesting
import Storage
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A gateway's stream, when access is lost,` {
    private static let by = Actor.commandLine("test")

    enum Loss: CaseIterable {
        case suspended, outOfTheGroup, banned, deniedByHand, grantTaken, groupUnchosen, remoteAccessOff
        case integrationDisabled, deviceRemoved, closedByTheUser, dropped, sessionEnded, signedOut, sessionRanOut
    }

    @Test(arguments: Loss.allCases)
    func `tells who lost access, within a second`(loss: Loss) async throws {
        try await ConnectOffice.open(.live, isWatched: true) { office in
            let token = try await office.connectAna()
            let feed = try await PeerFeed.open(office, office.berlinGateway.token)
            let state = try await feed.full()
            #expect(state.peers == [ConnectOffice.anaPeer])

            let time = try await duration {
                try await Self.lose(loss, office, token)
                let changes = try await feed.changes()
                #expect(changes.removed == [ConnectOffice.anaPeer.publicKey])
                #expect(changes.added.isEmpty)
                #expect(changes.revision > state.revision)
            }
            #expect(time < .seconds(1))

            let anew = try await PeerFeed.open(office, office.berlinGateway.token)
            #expect(try await anew.full().peers.isEmpty)
        }
    }

    private static func lose(_ loss: Loss, _ office: ConnectOffice, _ token: String) async throws {
        let (store, ana) = (office.store, ConnectOffice.ana)
        switch loss {
        case .suspended: try await office.sync(.suspended)
        case .outOfTheGroup: try await office.sync(.active, anaIsInEngineering: false)
        case .banned: try await store.ban(ana, by: by)
        case .deniedByHand: try await store.setOverride(user: ana, site: office.berlin.id, effect: .deny, by: by)
        case .grantTaken: try await store.setGrants([], by: by)
        case .groupUnchosen: try await store.chooseGroups([ConnectOffice.sales.id], by: by)
        case .remoteAccessOff: try await store.setRemoteAccess(false, by: by)
        case .integrationDisabled: try await store.disableOkta(by: by)
        case .deviceRemoved:
            for device in try await store.devices(of: ana) { try await store.removeDevice(device.id, by: by) }
        case .closedByTheUser:
            for open in try await store.openConnections(of: ana) {
                _ = try await office.delete("/connect/v1/connections/\(open.id)", as: token)
            }
        case .dropped:
            for open in try await store.openConnections(of: ana) { try await store.dropConnection(open.id, by: by) }
        case .sessionEnded: try await store.endEverything(of: ana, because: "Ended in Accounts.", by: by)
        case .signedOut:
            let session = try #require(try await store.session(token: token))
            try await store.endSession(session.id, because: "Signed out in Timus Connect.")
        case .sessionRanOut:
            office.clock.advance(91 * 24 * 3600)
            _ = try await store.closeExpiredConnections()
        }
    }

    @Test func `does not let a suspended user back in by itself`() async throws {
        try await ConnectOffice.open(.live, isWatched: true) { office in
            try await office.connectAna()
            try await office.sync(.suspended)
            try await office.sync(.active)

            let feed = try await PeerFeed.open(office, office.berlinGateway.token)
            #expect(try await feed.full().peers.isEmpty)
        }
    }

    @Test func `leaves out who ran out but was not closed yet`() async throws {
        try await ConnectOffice.open(.live, isWatched: true) { office in
            try await office.connectAna()
            office.clock.advance(91 * 24 * 3600)

            let feed = try await PeerFeed.open(office, office.berlinGateway.token)
            #expect(try await feed.full().peers.isEmpty)
        }
    }
}
