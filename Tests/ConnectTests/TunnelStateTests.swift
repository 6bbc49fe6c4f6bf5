import ConnectAPI
import Foundation
import Testing

@testable import Connect

@Suite struct `The tunnel of a machine` {
    private let folder = StateFolder(path: NSTemporaryDirectory() + "timus-connect-\(UUID().uuidString)")

    private static let connected = TunnelState(
        phase: .connected,
        network: "Berlin",
        connection: "0190",
        address: "100.64.0.2",
        gateway: "berlin.acme.example:51820",
        interface: "timus0",
        since: Date(timeIntervalSince1970: 1_800_000_000),
        lastHandshakeAt: Date(timeIntervalSince1970: 1_800_000_100),
        receivedBytes: 9216,
        sentBytes: 4180,
        serverUnreachableSince: Date(timeIntervalSince1970: 1_800_000_050)
    )

    @Test func `is written with every field, and read as it was written`() throws {
        try folder.write(Self.connected, to: TunnelState.file)

        #expect(
            try String(contentsOfFile: folder.file(TunnelState.file), encoding: .utf8) == """
                {"address":"100.64.0.2","because":null,"connection":"0190","gateway":"berlin.acme.example:51820",\
                "interface":"timus0","last_handshake_at":"2027-01-15T08:01:40Z","network":"Berlin",\
                "received_bytes":9216,"sent_bytes":4180,"server_unreachable_since":"2027-01-15T08:00:50Z",\
                "since":"2027-01-15T08:00:00Z","state":"connected"}
                """
        )
        #expect(try folder.read(TunnelState.self, from: TunnelState.file) == Self.connected)
    }

    @Test func `is one only while somebody has the lock`() throws {
        let lock = try #require(try KeeperLock.taken(in: folder))
        try folder.write(Self.connected, to: TunnelState.file)
        let kept = TunnelControl.state(in: folder)

        lock.letGo()

        #expect(kept == Self.connected)
        let left = TunnelControl.state(in: folder)
        #expect(left.phase == .off && left.network == "Berlin")
        #expect(left.because == "What kept the tunnel was ended.")
    }

    @Test func `is off where nothing was written, or what was is not ours`() throws {
        #expect(TunnelControl.state(in: folder) == .off())
        try folder.make()
        try PrivateFile.write(Data("{}".utf8), to: folder.file(TunnelState.file))
        #expect(TunnelControl.state(in: folder) == .off())
    }

    @Test(arguments: [
        (TunnelState.Phase.connecting, ShownTunnel.connecting(network: "Berlin")),
        (.reconnecting, .reconnecting(network: "Berlin", because: "Why.")),
        (.unreachable, .reconnecting(network: "Berlin", because: "Why.")),
        (.cut, .cut(network: "Berlin", because: "Why.", at: since, isTriedAgain: true)),
        (.off, .cut(network: "Berlin", because: "Why.", at: since, isTriedAgain: false)),
        (.signedOut, .signedOut(because: "Why.")),
    ])
    func `is shown in the window`(phase: TunnelState.Phase, shown: ShownTunnel) {
        let state = TunnelState(phase: phase, network: "Berlin", since: Self.since, because: "Why.")

        #expect(ShownTunnel(state) == shown)
    }

    private static let since = Date(timeIntervalSince1970: 1_800_000_000)

    @Test func `is shown in the window with what was counted`() {
        let open = ShownTunnel.Open(
            network: "Berlin",
            address: "100.64.0.2",
            gateway: "berlin.acme.example:51820",
            since: Self.since,
            lastHandshakeAt: Self.connected.lastHandshakeAt,
            received: 9216,
            sent: 4180,
            serverAwaySince: Self.connected.serverUnreachableSince
        )

        #expect(ShownTunnel(Self.connected) == .connected(open))
        #expect(ShownTunnel(.off()) == .none)
    }
}

@Suite struct `The lock of a keeper` {
    private let folder = StateFolder(path: NSTemporaryDirectory() + "timus-connect-\(UUID().uuidString)")

    @Test func `is had by one at a time`() throws {
        #expect(!KeeperLock.isHeld(in: folder))
        let lock = try #require(try KeeperLock.taken(in: folder))

        #expect(KeeperLock.isHeld(in: folder))
        #expect(try KeeperLock.taken(in: folder) == nil)
        lock.letGo()
        #expect(!KeeperLock.isHeld(in: folder))
        try #require(try KeeperLock.taken(in: folder)).letGo()
    }

    @Test func `names the keeper, and nobody once it is let go`() throws {
        let lock = try #require(try KeeperLock.taken(in: folder))
        #expect(KeeperLock.holder(in: folder) == nil)

        lock.name(4711)

        #expect(KeeperLock.holder(in: folder) == 4711)
        lock.letGo()
        #expect(KeeperLock.holder(in: folder) == nil)
    }

    @Test func `forgets the name of the keeper before`() throws {
        let former = try #require(try KeeperLock.taken(in: folder))
        former.name(4711)
        former.letGo()

        let lock = try #require(try KeeperLock.taken(in: folder))

        #expect(KeeperLock.holder(in: folder) == nil)
        lock.letGo()
    }
}
