import Testing

@testable import Connect

@Suite struct `The way to the gateway` {
    private static let head =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"

    /// At home: a default route, the network itself, and a tunnel to 10.20.0.0/16.
    private static let home = """
        eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
        eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
        timus0\t0000140A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0

        """
    private static let wifi = "wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"

    private static func routes(_ rows: String) -> LocalRoutes { LocalRoutes(text: head + rows) }

    @Test(arguments: [
        ("203.0.113.11", LocalRoutes.Way(device: "eth0", gateway: "0101A8C0")),
        ("192.168.1.7", .init(device: "eth0", gateway: "00000000")),
        // Not through the tunnel itself.
        ("10.20.0.1", .init(device: "eth0", gateway: "0101A8C0")),
    ])
    func `is read as the kernel shows it`(address: String, way: LocalRoutes.Way) throws {
        let address = try #require(IPv4Address(address))

        #expect(Self.routes(Self.home).way(to: address, without: "timus0") == way)
    }

    @Test func `is the one with the lowest metric, and not one that leads to the one address`() throws {
        let address = try #require(IPv4Address("203.0.113.11"))
        let ours = "wlan0\t0B7100CB\t0102A8C0\t0007\t0\t0\t0\tFFFFFFFF\t0\t0\t0\n"

        let way = Self.routes(Self.wifi + ours + Self.home).way(to: address, without: "timus0")

        #expect(way?.device == "eth0")
    }

    @Test func `is none without a network`() throws {
        let address = try #require(IPv4Address("203.0.113.11"))

        #expect(LocalRoutes(text: "").way(to: address, without: nil) == nil)
    }

    @Test(arguments: [
        ("nothing", home, 0.0, false), ("a short sleep", home, 4, false), ("a sleep", home, 6, true),
        ("another network", wifi, 0, true), ("another router on the same device", elsewhere, 0, true),
    ])
    func `is disturbed by`(what: String, then: String, slept: Double, isDisturbed: Bool) throws {
        let address = try #require(IPv4Address("203.0.113.11"))
        var disturbance = Disturbance(slept: 0)
        let isThereAtFirst = disturbance.isThere(
            slept: 0,
            routes: Self.routes(Self.home),
            to: address,
            without: "timus0"
        )

        let isThere = disturbance.isThere(slept: slept, routes: Self.routes(then), to: address, without: "timus0")

        #expect(!isThereAtFirst)
        #expect(isThere == isDisturbed, "\(what)")
    }

    private static let elsewhere = home.replacing("0101A8C0", with: "FE01A8C0")

    @Test func `is not disturbed while there is no network, and is when there is another`() throws {
        let address = try #require(IPv4Address("203.0.113.11"))
        var disturbance = Disturbance(slept: 0)
        let seen = [Self.home, "", Self.home, "", Self.wifi].map {
            disturbance.isThere(slept: 0, routes: Self.routes($0), to: address, without: "timus0")
        }

        #expect(seen == [false, false, false, false, true])
    }

    @Test func `is not disturbed by another gateway of the site`() throws {
        let first = try #require(IPv4Address("203.0.113.11"))
        let next = try #require(IPv4Address("192.168.1.7"))
        var disturbance = Disturbance(slept: 0)
        _ = disturbance.isThere(slept: 0, routes: Self.routes(Self.home), to: first, without: nil)

        let isThere = disturbance.isThere(slept: 0, routes: Self.routes(Self.home), to: next, without: nil)

        #expect(!isThere)
    }
}
