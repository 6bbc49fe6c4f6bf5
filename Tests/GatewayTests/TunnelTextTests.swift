import Foundation
import Testing

@testable import Gateway

@Suite struct `The firewall's table` {
    private let script = FirewallScript(interface: "timus0", isMasquerading: true)

    @Test func `is replaced as a whole`() throws {
        let text = script.whole(
            peers: [.of("100.64.0.2")],
            networks: [try #require(AddressBlock("10.20.0.0/16"))],
            lease: 301,
            refused: 17
        )

        #expect(
            text.hasPrefix("add table inet timus_timus0\ndelete table inet timus_timus0\ntable inet timus_timus0 {\n")
        )
        #expect(text.contains("packets 17 bytes 0"))
        #expect(text.contains("iifname \"timus0\" oifname != \"timus0\" masquerade"))
        #expect(
            text.hasSuffix(
                """
                add element inet timus_timus0 peers { 100.64.0.2 }
                add element inet timus_timus0 networks { 10.20.0.0/16 }
                flush set inet timus_timus0 leased
                add element inet timus_timus0 leased { "timus0" timeout 301s }

                """
            )
        )
    }

    @Test func `refuses what comes from the tunnel for the gateway itself`() {
        let text = script.whole(peers: [], networks: [], lease: nil, refused: 0)

        #expect(
            text.contains(
                """
                        type filter hook input priority filter - 10
                        policy accept
                        iifname "timus0" counter name refused drop

                """
            )
        )
    }

    @Test func `lets nobody through without a lease`() {
        let text = script.whole(peers: [], networks: [], lease: nil, refused: 0)

        #expect(text.hasSuffix("flush set inet timus_timus0 leased\n"))
        #expect(!text.contains("add element"))
    }

    @Test func `shows the site the peers' own addresses where that is wanted`() {
        let text = FirewallScript(interface: "timus0", isMasquerading: false)
            .whole(peers: [], networks: [], lease: nil, refused: 0)

        #expect(!text.contains("masquerade"))
    }

    @Test func `changes by what leaves and what comes`() {
        let text = script.change(freed: [.of("100.64.0.2")], letIn: [.of("100.64.0.2"), .of("100.64.0.3")])

        #expect(
            text == """
                add element inet timus_timus0 peers { 100.64.0.2 }
                delete element inet timus_timus0 peers { 100.64.0.2 }
                add element inet timus_timus0 peers { 100.64.0.2, 100.64.0.3 }

                """
        )
    }

    @Test func `changes in lines of bounded length`() {
        let many = (0..<1_200).map { Address(number: 0x6440_0002 + UInt32($0)) }

        #expect(script.change(freed: [], letIn: many).split(separator: "\n").count == 3)
        #expect(script.change(freed: [], letIn: []).isEmpty)
    }
}

@Suite struct `WireGuard's socket` {
    @Test func `is told what changes`() {
        let entry = PeerChange.Entry(key: Peers.ana, address: .of("100.64.0.2"))

        #expect(UAPI.cut([Peers.ana]) == "set=1\npublic_key=\(Peers.ana.hex)\nremove=true\n\n")
        #expect(
            UAPI.letIn([entry]) == """
                set=1
                public_key=\(Peers.ana.hex)
                replace_allowed_ips=true
                allowed_ip=100.64.0.2/32


                """
        )
        #expect(UAPI.configure(key: nil, listenPort: 51820) == "set=1\nlisten_port=51820\n\n")
    }

    @Test func `says what it has`() throws {
        let key = PrivateKey.made()

        let state = try UAPI.state(
            """
            private_key=\(key.hex)
            listen_port=51820
            public_key=\(Peers.ana.hex)
            endpoint=192.0.2.1:4000
            last_handshake_time_sec=1700000000
            last_handshake_time_nsec=500000000
            tx_bytes=10
            rx_bytes=20
            allowed_ip=100.64.0.2/32
            public_key=\(Peers.ben.hex)
            last_handshake_time_sec=0
            allowed_ip=100.64.0.3/32
            allowed_ip=0.0.0.0/0
            errno=0

            """
        )

        #expect(state.privateKey == key)
        #expect(state.listenPort == 51820)
        let ana = try #require(state.peers[Peers.ana])
        #expect(ana.address == .of("100.64.0.2"))
        #expect(ana.lastHandshakeAt == Date(timeIntervalSince1970: 1_700_000_000.5))
        #expect((ana.receivedBytes, ana.sentBytes) == (20, 10))
        let ben = try #require(state.peers[Peers.ben])
        #expect(ben.address == nil)
        #expect(ben.lastHandshakeAt == nil)
    }

    @Test(arguments: [("errno=0\n\n", true), ("errno=-22\n\n", false), ("listen_port=1\n\n", false), ("", false)])
    func `says whether it did it`(answer: String, isFine: Bool) {
        if isFine {
            #expect(throws: Never.self) { try UAPI.check(answer) }
        } else {
            #expect(throws: GatewayError.self) { try UAPI.check(answer) }
        }
    }

    @Test func `says the same as wg does`() throws {
        let key = PrivateKey.made()

        let state = KernelDevice.state(
            "\(key.base64)\t\(key.publicKey)\t51820\toff\n"
                + "\(Peers.ana)\t(none)\t192.0.2.1:4000\t100.64.0.2/32\t1700000000\t20\t10\toff\n"
                + "\(Peers.ben)\t(none)\t(none)\t(none)\t0\t0\t0\toff\n"
        )

        #expect(state.privateKey == key)
        #expect(state.listenPort == 51820)
        #expect(state.peers[Peers.ana]?.address == .of("100.64.0.2"))
        #expect(state.peers[Peers.ana]?.receivedBytes == 20)
        #expect(state.peers[Peers.ben] == DevicePeer())
    }

    @Test func `has keys as hexadecimal digits`() {
        #expect(PublicKey(hex: Peers.ana.hex) == Peers.ana)
        #expect(PublicKey(hex: "zz") == nil)
        #expect("\(PrivateKey.made())" == "••••")
    }
}
