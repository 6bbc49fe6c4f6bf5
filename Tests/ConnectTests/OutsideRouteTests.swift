import Testing

@testable import Connect

@Suite struct `The way past the tunnel` {
    private typealias Shown = OutsideRoute.Shown

    private static let routes = [
        Shown(dst: "default", gateway: "192.168.1.1", dev: "eth0", metric: 100),
        Shown(dst: "default", gateway: "192.168.2.1", dev: "wlan0", metric: 600),
        Shown(dst: "192.168.1.0/24", dev: "eth0", metric: 100),
        Shown(dst: "10.0.0.0/8", dev: "timus0"),
        Shown(dst: "10.20.0.0/16", gateway: "192.168.1.9", dev: "eth0", metric: 50),
        Shown(dst: "10.30.0.5", gateway: "192.168.1.9", dev: "eth0"),
        Shown(type: "unreachable", dst: "10.40.0.0/16"),
    ]

    @Test(arguments: [
        ("203.0.113.11", "192.168.1.1"),
        ("10.20.0.11", "192.168.1.9"),
        // Through the tunnel it does not lead, and a route to the one address may be ours of before.
        ("10.30.0.5", "192.168.1.1"),
        ("10.40.0.11", "192.168.1.1"),
        ("192.168.1.7", nil),
    ])
    func `is the narrowest that the machine has otherwise`(address: String, gateway: String?) throws {
        let address = try #require(IPv4Address(address))

        let best = try #require(OutsideRoute.best(of: Self.routes, to: address, without: "timus0"))

        #expect(best.gateway == gateway)
        #expect(best.dev == "eth0")
    }

    @Test func `is none where everything goes through the tunnel`() throws {
        let address = try #require(IPv4Address("203.0.113.11"))

        let best = OutsideRoute.best(of: [Shown(dst: "default", dev: "timus0")], to: address, without: "timus0")

        #expect(best == nil)
    }

    @Test(arguments: [
        (
            OutsideRoute(address: "10.20.0.1", gateway: "192.168.1.1", device: "eth0"),
            "10.20.0.1/32 via 192.168.1.1 dev eth0"
        ),
        (OutsideRoute(address: "10.20.0.1", gateway: nil, device: "eth0"), "10.20.0.1/32 dev eth0"),
    ])
    func `is told to ip in words`(route: OutsideRoute, words: String) {
        #expect(route.words.joined(separator: " ") == words)
    }
}
