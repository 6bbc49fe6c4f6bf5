import ConnectAPI
import Foundation
import Testing

@testable import Connect

@Suite struct `A WireGuard configuration` {
    /// The public half of RFC 7748 §6.1, Bob's.
    static let gatewayKey = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08="

    @Test func `is what wg-quick reads`() throws {
        let key = try #require(WireGuardKey(base64: "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo="))

        let text = try WireGuardConfiguration(connection()).text(privateKey: key)

        #expect(
            text == """
                # Timus Connect: Berlin
                [Interface]
                PrivateKey = dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=
                Address = 100.64.0.2/32

                [Peer]
                PublicKey = 3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=
                Endpoint = berlin.acme.example:51820
                AllowedIPs = 10.20.0.0/16
                PersistentKeepalive = 25

                """
        )
    }

    @Test(arguments: [
        "10.20.0.2/32", "100.64.0.2", "100.64.0.2/24", "100.64.0.2/32\nPostUp = sh", "100.064.0.2/32", "::1/128", "",
    ])
    func `refuses an address that is no device's`(address: String) {
        #expect(throws: ConnectError.self) { try WireGuardConfiguration(connection(address: address)) }
    }

    @Test(arguments: [
        "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "c2hvcnQ=", gatewayKey + "\nPostUp = sh", "not base64",
    ])
    func `refuses a key that is none`(key: String) {
        #expect(throws: ConnectError.self) { try WireGuardConfiguration(connection(key: key)) }
    }

    @Test(arguments: [
        "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "127.0.0.0/8", "127.0.0.1/32", "169.254.0.0/16", "224.0.0.0/8",
        "10.20.0.1/16", "10.20.0.0", "10.20.0.0/33", "10.20.0.0/016", "::/0", "10.20.0.0/16, 0.0.0.0/0",
        "10.20.0.0/16\nPostUp = sh", "",
    ])
    func `refuses to lead to a network that no site has`(range: String) {
        #expect(throws: ConnectError.self) { try WireGuardConfiguration(connection(allowedIPs: [range])) }
    }

    @Test(arguments: [
        "berlin.acme.example", "berlin.acme.example:0", "berlin.acme.example:65536", "berlin;reboot:51820",
        "-berlin:51820",
        "berlin .example:51820", "::1:51820", "[::1:51820", "300.1.1.1:51820", "berlin:51820\nPostUp = sh", ":51820",
        "",
    ])
    func `refuses an endpoint that is none`(endpoint: String) {
        #expect(throws: ConnectError.self) { try WireGuardConfiguration(connection(endpoint: endpoint)) }
    }

    @Test(arguments: ["127.0.0.1:51820", "[2001:db8::1]:51820", "berlin:1", "xn--bcher-kva.example:65535"])
    func `takes an endpoint in each of its forms`(endpoint: String) throws {
        let configuration = try WireGuardConfiguration(connection(endpoint: endpoint))

        #expect(configuration.endpoint.description == endpoint)
    }

    @Test(arguments: [
        ["10.0.0.0/8", "10.20.0.0/16"], ["11.0.0.0/8", "12.0.0.0/8"], (1...64).map { "\($0 + 10).0.0.0/8" },
    ])
    func `refuses to lead to more than the widest site has`(ranges: [String]) {
        #expect(throws: ConnectError.self) { try WireGuardConfiguration(connection(allowedIPs: ranges)) }
    }

    @Test(arguments: [["10.0.0.0/8"], ["10.0.0.0/9", "172.16.0.0/12", "192.168.0.0/16"]])
    func `leads to as much as the widest site has`(ranges: [String]) throws {
        let configuration = try WireGuardConfiguration(connection(allowedIPs: ranges))

        #expect(configuration.allowedIPs.map(\.description) == ranges)
    }

    @Test func `refuses a list of networks without end, or without any`() {
        let many = (0..<65).map { "10.\($0).0.0/16" }

        #expect(throws: ConnectError.self) { try WireGuardConfiguration(connection(allowedIPs: many)) }
        #expect(throws: ConnectError.self) { try WireGuardConfiguration(connection(allowedIPs: [])) }
    }

    @Test func `gets no second line from the network's name`() throws {
        let key = try #require(WireGuardKey(base64: "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo="))

        let text = try WireGuardConfiguration(connection(network: "Berlin\r\nPostUp = sh")).text(privateKey: key)

        #expect(!text.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("PostUp") })
    }

    @Test func `is kept in a file whose name Linux takes for an interface`() {
        #expect(ConfigurationFile.name(for: "Berlin") == "timus-berlin.conf")
        for name in ["São Paulo / Warehouse", "../東京", "Frankfurt-1", "-", "Headquarters"] {
            let file = ConfigurationFile.name(for: name)
            #expect(file.wholeMatch(of: /timus-[a-z0-9]{1,9}\.conf/) != nil)
        }
    }

    @Test func `is kept apart from that of a network with a like name`() {
        #expect(ConfigurationFile.name(for: "Frankfurt-1") != ConfigurationFile.name(for: "Frankfurt-2"))
        #expect(ConfigurationFile.name(for: "Frankfurt Am Main") != ConfigurationFile.name(for: "Frankfurt"))
    }

    private func connection(
        network: String = "Berlin",
        address: String = "100.64.0.2/32",
        key: String = gatewayKey,
        endpoint: String = "berlin.acme.example:51820",
        allowedIPs: [String] = ["10.20.0.0/16"]
    ) -> OpenConnection {
        OpenConnection(
            id: "connection",
            network: network,
            address: address,
            peer: .init(publicKey: key, endpoint: endpoint, allowedIPs: allowedIPs),
            alternatives: [],
            openedAt: Date(timeIntervalSince1970: 0)
        )
    }
}
