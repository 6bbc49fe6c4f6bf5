import Foundation
import GatewayAPI
import Testing

@testable import Gateway

@Suite struct `What a server sends and cannot be` {
    private let start = BootTime(seconds: 1_000)
    private var book = PeerBook(ownKey: Peers.gateway)

    @Test(arguments: [
        "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "not a key", Peers.text("ana") + "\n",
        Peers.text("ana").replacing("=", with: ""), Peers.gateway.base64, "x\npublic_key=",
    ])
    mutating func `is a key that lets nobody in`(key: String) {
        let refused = book.take(
            Peers.full(1, [Peer(publicKey: key, address: "100.64.0.2"), Peers.peer(Peers.ben, "100.64.0.3")]),
            at: start
        )

        #expect(refused.count == 1)
        #expect(book.admitted.keys.sorted() == [Peers.ben])
    }

    @Test(arguments: [
        "", "100.64.0.0", "100.64.0.1", "100.127.255.255", "10.20.0.1", "100.64.0.2/32", "100.64.0.02", "::1",
        "100.64.0.2, 0.0.0.0/0", "100.64.0.256",
    ])
    mutating func `is an address that lets nobody in`(address: String) {
        let refused = book.take(Peers.full(1, [Peer(publicKey: Peers.ana.base64, address: address)]), at: start)

        #expect(refused.count == 1)
        #expect(book.admitted.isEmpty)
    }

    @Test mutating func `is one address for two, of whom neither has it`() {
        let refused = book.take(
            Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2"), Peers.peer(Peers.ben, "100.64.0.2")]),
            at: start
        )

        #expect(refused.count == 1)
        #expect(book.admitted.isEmpty)
    }

    @Test mutating func `is somebody's address for another, who does not get it`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)

        let refused = book.take(Peers.changes(2, added: [Peers.peer(Peers.ben, "100.64.0.2")]), at: start)

        #expect(refused.count == 1)
        #expect(book.lets(Peers.ana) == "100.64.0.2")
        #expect(book.lets(Peers.ben) == nil)
    }

    @Test mutating func `is a new address for a peer, who then has none`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)

        _ = book.take(Peers.changes(2, added: [Peers.peer(Peers.ana, "10.0.0.1")]), at: start)

        #expect(book.admitted.isEmpty)
    }

    @Test mutating func `are changes before a state`() {
        let refused = book.take(Peers.changes(2, added: [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)

        #expect(refused == ["peers before the site's state"])
        #expect(book.admitted.isEmpty)
    }

    @Test(arguments: [
        "0.0.0.0/0", "0.0.0.0/8", "10.0.0.0/7", "127.0.0.0/8", "127.1.2.3/32", "169.254.0.0/16", "224.0.0.0/8",
        "240.0.0.0/8", "255.255.255.255/32", "100.64.0.0/16", "100.0.0.0/8", "10.20.0.1/16", "10.20.0.0", "fd00::/8",
        "10.20.0.0/16; drop", "",
    ])
    mutating func `is a network that nobody reaches`(network: String) {
        let refused = book.take(Peers.full(1, [], networks: ["10.30.0.0/16", network]), at: start)

        #expect(refused.count == 1)
        #expect(book.terms?.networks.map(\.description) == ["10.30.0.0/16"])
    }

    @Test mutating func `are thousands of networks`() {
        let networks = (0..<3_000).map { "10.\($0 / 256).\($0 % 256).0/24" }

        let refused = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")], networks: networks), at: start)

        #expect(refused == ["3000 networks"])
        #expect(book.terms == nil)
        #expect(book.admitted.isEmpty)
    }

    @Test(arguments: ["0.0.0.0/0", "10.0.0.0/8", "100.0.0.0/8", "100.64.0.0/31", "100.64.0.2/32", "", "100.64.0.0"])
    mutating func `is a range of addresses for peers`(range: String) {
        let refused = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")], range: range), at: start)

        #expect(refused.count == 1)
        #expect(book.admitted.isEmpty)
    }

    @Test mutating func `is not networks within others, which are one`() {
        let refused = book.take(
            Peers.full(1, [], networks: ["10.20.3.0/24", "10.20.0.0/16", "10.20.0.0/16", "192.168.1.0/24"]),
            at: start
        )

        #expect(refused.isEmpty)
        #expect(book.terms?.networks.map(\.description) == ["10.20.0.0/16", "192.168.1.0/24"])
    }
}
