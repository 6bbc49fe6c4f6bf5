import Access
import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@Suite struct `A gateway` {
    /// ana's connection to Berlin, and the token of the sign-in behind it.
    private static func connectAna(_ office: ConnectOffice) async throws -> String {
        let token = try await office.token(of: ConnectOffice.ana)
        let device = try await office.device(token)
        #expect(try await office.connect(device, to: office.berlin.id, as: token).status == .created)
        return token
    }

    @Test func `lets in the devices with a connection to its site`() async throws {
        try await ConnectOffice.open { office in
            let before = try await office.peers(office.berlinGateway.token)
            _ = try await Self.connectAna(office)
            let peers = try await office.peers(office.berlinGateway.token)

            #expect(before.text.contains(#""peers":[]"#))
            #expect(
                peers.text.contains(
                    #""peers":[{"allowed_ips":["100.64.0.2/32"],"public_key":"\#(ConnectOffice.key(10))"}]"#
                )
            )
            #expect(peers.json("revision") != before.json("revision"))
            #expect(peers.headers[.cacheControl] == "no-store")
        }
    }

    @Test func `does not learn the peers of another site`() async throws {
        try await ConnectOffice.open { office in
            let (_, lisbon) = try await office.store.addGateway(
                site: office.lisbon.id,
                name: "lisbon-1",
                endpoint: "192.0.2.9:51820",
                publicKey: ConnectOffice.key(2),
                by: .commandLine("test")
            )
            _ = try await Self.connectAna(office)

            #expect(try await office.peers(office.berlinGateway.token).text.contains(ConnectOffice.key(10)))
            #expect(try await office.peers(lisbon.value).text.contains(#""peers":[]"#))
        }
    }

    @Test func `is answered by its own token only`() async throws {
        try await ConnectOffice.open { office in
            let by = Actor.commandLine("test")
            let ana = try await Self.connectAna(office)
            let (removed, lost) = try await office.store.addGateway(
                site: office.berlin.id,
                name: "berlin-2",
                endpoint: "192.0.2.9:51820",
                publicKey: ConnectOffice.key(2),
                by: by
            )
            #expect(try await office.peers(lost.value).status == .ok)
            try await office.store.removeGateway(removed.id, by: by)

            for token in [
                nil, "", ana, lost.value, office.berlinGateway.token + "x", String(repeating: "A", count: 43),
            ] {
                let answer = try await office.peers(token)
                #expect(answer.status == .unauthorized)
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                #expect(answer.json("title") == "No gateway has this token.")
                #expect(!answer.text.contains(ConnectOffice.key(10)))
            }
        }
    }

    enum Loss: CaseIterable {
        case suspended, outOfTheGroup, banned, deniedByHand, grantTaken, groupUnchosen, remoteAccessOff
        case integrationDisabled, deviceRemoved, closedByTheUser, sessionEnded, sessionRanOut
    }

    @Test(arguments: Loss.allCases)
    func `shuts out whoever lost access, at the next question`(loss: Loss) async throws {
        try await ConnectOffice.open { office in
            let (store, by, ana) = (office.store, Actor.commandLine("test"), ConnectOffice.ana)
            let token = try await Self.connectAna(office)
            #expect(try await office.peers(office.berlinGateway.token).text.contains(ConnectOffice.key(10)))

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
            case .sessionEnded: try await store.endEverything(of: ana, because: "Ended in Accounts.", by: by)
            case .sessionRanOut: office.clock.advance(91 * 24 * 3600)
            }

            let peers = try await office.peers(office.berlinGateway.token)
            #expect(peers.status == .ok)
            #expect(peers.text.contains(#""peers":[]"#))
        }
    }

    @Test func `does not let a suspended user back in by itself`() async throws {
        try await ConnectOffice.open { office in
            _ = try await Self.connectAna(office)
            try await office.sync(.suspended)
            try await office.sync(.active)

            #expect(try await office.peers(office.berlinGateway.token).text.contains(#""peers":[]"#))
        }
    }
}
