import Foundation
import Testing

@testable import Connect

@Suite struct `What the keeper asks of root` {
    private static let peer = HoldRequest.Peer(
        peer: TestServer.gatewayKey,
        endpoint: "203.0.113.11:51820",
        allowedIPs: ["10.20.0.0/16"],
        outside: ["10.20.0.9", "203.0.113.2"]
    )

    @Test(arguments: [
        (HoldRequest.clear, #"{"clear":{}}"#), (.state, #"{"state":{}}"#),
        (
            .peer(peer),
            #"{"peer":{"allowed_ips":["10.20.0.0/16"],"endpoint":"203.0.113.11:51820","outside":["10.20.0.9","203.0.113.2"],"#
                + #""peer":"\#(TestServer.gatewayKey)"}}"#
        ),
    ])
    func `is one line, and comes as it was sent`(request: HoldRequest, text: String) throws {
        let line = try Self.line(request)

        #expect(String(decoding: line, as: UTF8.self) == text)
        #expect(try Self.line(Holder.request(line)) == line)
    }

    @Test func `has all of a tunnel beside each other`() throws {
        let key = WireGuardKey()
        let line = try Self.line(.set(.init(address: "100.64.0.2/32", privateKey: key, peer: Self.peer)))

        let set = try #require(Holder.request(line).set)

        #expect(set.address == "100.64.0.2/32")
        #expect(set.privateKey == key)
        #expect(set.peer.outside == Self.peer.outside)
        let fields = try JSONDecoder().decode([String: Fields].self, from: Data(line))
        #expect(fields["set"]?.private_key == key.base64)
    }

    private struct Fields: Decodable { let private_key: String }

    @Test(arguments: ["", "{}", "[]", "reboot", #"{"clear":{},"state":{}}"#, #"{"set":{}}"#, #"{"peer":{"peer":"x"}}"#])
    func `is refused where it is not one request`(text: String) {
        #expect(throws: HoldRefusal.self) { try Holder.request(Array(text.utf8)) }
    }

    @Test(arguments: [
        HoldAnswer(ready: true), HoldAnswer(done: true, interface: "timus0"), HoldAnswer(error: "It is not a request"),
        HoldAnswer(state: .init(lastHandshake: 1_800_000_000, receivedBytes: 9216, sentBytes: 4180)),
    ])
    func `is answered in one line`(answer: HoldAnswer) throws {
        let line = try JSONEncoder().encode(answer)

        #expect(!line.contains(10))
        #expect(try JSONDecoder().decode(HoldAnswer.self, from: line) == answer)
    }

    @Test func `leaves outside what lies within the tunnel, and the gateway too`() throws {
        let key = WireGuardKey()
        let held = try HeldTunnel(.init(address: "100.64.0.2/32", privateKey: key, peer: Self.peer))

        #expect(held.outside.map(\.description) == ["10.20.0.9"])
        #expect(held.settings.contains("Endpoint = 203.0.113.11:51820\n"))
    }

    @Test(arguments: [
        ("100.64.0.2/32", "berlin.acme.example:51820", ["10.20.0.0/16"]),
        ("192.168.1.2/32", "203.0.113.11:51820", ["10.20.0.0/16"]),
        ("100.64.0.2/32", "203.0.113.11:51820", ["0.0.0.0/0"]),
        ("100.64.0.2/32", "203.0.113.11:51820", ["11.0.0.0/8", "12.0.0.0/8"]),
    ])
    func `is checked by root too`(address: String, endpoint: String, allowedIPs: [String]) {
        let peer = HoldRequest.Peer(
            peer: TestServer.gatewayKey,
            endpoint: endpoint,
            allowedIPs: allowedIPs,
            outside: []
        )

        #expect(throws: HoldRefusal.self) {
            try HeldTunnel(.init(address: address, privateKey: WireGuardKey(), peer: peer))
        }
    }

    @Test(arguments: [
        (
            "private\tpublic\t51820\toff\npeer\t(none)\t203.0.113.11:51820\t10.20.0.0/16\t1800000000\t92\t148\t25\n",
            true
        ),
        ("private\tpublic\t51820\toff\n", false), ("", false),
        ("private\tpublic\t51820\toff\npeer\t(none)\tx\t10.20.0.0/16\tnever\t92\t148\t25\n", false),
    ])
    func `is what wg shows of the peer`(dump: String, isState: Bool) {
        let state = HoldAnswer.State(lastHandshake: 1_800_000_000, receivedBytes: 92, sentBytes: 148)

        #expect(HoldAnswer.State(dump: dump) == (isState ? state : nil))
    }

    private static func line(_ request: HoldRequest) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(request))
    }
}
