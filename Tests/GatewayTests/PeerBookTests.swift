import Foundation
import GatewayAPI
import Testing

@testable import Gateway

@Suite struct `Whom a gateway lets in` {
    private let start = BootTime(seconds: 1_000)
    private var book = PeerBook(ownKey: Peers.gateway)

    @Test mutating func `is whom the full state lists`() {
        let refused = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)
        let change = book.settleAll()

        #expect(refused.isEmpty)
        #expect(change == PeerChange(letIn: [.init(key: Peers.ana, address: .of("100.64.0.2"))]))
        #expect(book.isSettled)
        #expect(book.revision == 1)
    }

    @Test mutating func `is nobody whom the next full state leaves out`() {
        _ = book.take(
            Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2"), Peers.peer(Peers.ben, "100.64.0.3")]),
            at: start
        )
        book.settleAll()

        _ = book.take(Peers.full(2, [Peers.peer(Peers.ben, "100.64.0.3")]), at: start)

        #expect(book.settleAll() == PeerChange(cut: [Peers.ana], freed: [.of("100.64.0.2")]))
    }

    @Test mutating func `stays untouched where nothing changed`() {
        let state = Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")])
        _ = book.take(state, at: start)
        book.settleAll()

        _ = book.take(state, at: start + 30)

        #expect(book.isSettled)
        #expect(book.change(most: .max).isEmpty)
        #expect(book.admitted[Peers.ana]?.leaseEnds == start + 330)
    }

    @Test mutating func `changes together where changes come together`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)
        book.settleAll()

        _ = book.take(Peers.changes(2, removed: [Peers.ana]), at: start)
        _ = book.take(Peers.changes(3, added: [Peers.peer(Peers.ben, "100.64.0.3")]), at: start)
        _ = book.take(Peers.changes(4, added: [Peers.peer(Peers.cleo, "100.64.0.4")]), at: start)
        let change = book.settleAll()

        #expect(change.cut == [Peers.ana])
        #expect(Set(change.letIn.map(\.key)) == [Peers.ben, Peers.cleo])
        #expect(book.revision == 4)
    }

    @Test mutating func `is nobody who came and went between two changes`() {
        _ = book.take(Peers.full(1, []), at: start)
        _ = book.take(Peers.changes(2, added: [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)
        _ = book.take(Peers.changes(3, removed: [Peers.ana]), at: start)
        let change = book.settleAll()

        #expect(change.letIn.isEmpty)
        #expect(book.isSettled)
    }

    @Test mutating func `is cut off without waiting for those who come`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)
        book.settleAll()
        let many = (0..<600).map { Peers.peer(Peers.key("device \($0)"), "100.64.1.\($0 % 200)") }
        let peers = many.enumerated().map {
            Peer(publicKey: $1.publicKey, address: "100.65.\($0 / 200).\($0 % 200 + 1)")
        }

        _ = book.take(Peers.full(2, peers), at: start)
        let change = book.change(most: 100)
        book.settle(change)

        #expect(change.cut == [Peers.ana])
        #expect(change.letIn.count == 100)
        #expect(!book.isSettled)
        #expect(book.settleAll().letIn.count == 500)
        #expect(book.isSettled)
    }

    @Test mutating func `has the address that the server says last`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)
        book.settleAll()

        _ = book.take(Peers.changes(2, added: [Peers.peer(Peers.ana, "100.64.0.9")]), at: start)
        let change = book.settleAll()

        #expect(change.cut.isEmpty)
        #expect(change.freed == [.of("100.64.0.2")])
        #expect(change.letIn == [.init(key: Peers.ana, address: .of("100.64.0.9"))])
    }

    @Test mutating func `may take the address of one who leaves with the same message`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)
        book.settleAll()

        let refused = book.take(
            Peers.changes(2, removed: [Peers.ana], added: [Peers.peer(Peers.ben, "100.64.0.2")]),
            at: start
        )

        #expect(refused.isEmpty)
        #expect(book.lets(Peers.ben) == "100.64.0.2")
        #expect(book.lets(Peers.ana) == nil)
    }

    @Test mutating func `may exchange addresses`() {
        _ = book.take(
            Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2"), Peers.peer(Peers.ben, "100.64.0.3")]),
            at: start
        )
        _ = book.take(
            Peers.full(2, [Peers.peer(Peers.ana, "100.64.0.3"), Peers.peer(Peers.ben, "100.64.0.2")]),
            at: start
        )

        #expect(book.lets(Peers.ana) == "100.64.0.3")
        #expect(book.lets(Peers.ben) == "100.64.0.2")
    }

    @Test mutating func `stays where it is both removed and added`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)
        book.settleAll()

        _ = book.take(Peers.changes(2, removed: [Peers.ana], added: [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)

        #expect(book.settleAll().isEmpty)
    }

    @Test mutating func `is tried again where it could not be done`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)
        book.settleAll()
        _ = book.take(Peers.changes(2, removed: [Peers.ana]), at: start)

        let failed = book.change(most: .max)

        #expect(book.change(most: .max) == failed)
        #expect(failed.cut == [Peers.ana])
    }

    @Test mutating func `is brought in step with what an interface has`() {
        _ = book.take(
            Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2"), Peers.peer(Peers.ben, "100.64.0.3")]),
            at: start
        )

        book.found(inForce: [Peers.ana: .of("100.64.0.2")])

        #expect(book.change(most: .max).letIn.map(\.key) == [Peers.ben])
    }
}

@Suite struct `A lease` {
    private let start = BootTime(seconds: 1_000)
    private var book = PeerBook(ownKey: Peers.gateway)

    @Test mutating func `ends when nobody renews it`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")], lease: 60), at: start)
        book.settleAll()

        let early = book.expire(at: start + 59.9)
        let late = book.expire(at: start + 60)

        #expect(early == 0)
        #expect(late == 1)
        #expect(book.settleAll().cut == [Peers.ana])
    }

    @Test mutating func `is renewed by a full state and by nothing else`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")], lease: 60), at: start)
        _ = book.take(.alive(revision: 1), at: start + 30)
        _ = book.take(Peers.changes(2, added: [Peers.peer(Peers.ben, "100.64.0.3")]), at: start + 30)

        #expect(book.admitted[Peers.ana]?.leaseEnds == start + 60)
        #expect(book.admitted[Peers.ben]?.leaseEnds == start + 90)
        #expect(book.lastLeaseEnds == start + 90)

        _ = book.take(Peers.full(2, [Peers.peer(Peers.ana, "100.64.0.2")], lease: 60), at: start + 50)
        #expect(book.admitted[Peers.ana]?.leaseEnds == start + 110)
    }

    @Test mutating func `that is shortened holds from the next state on`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")], lease: 86_400), at: start)
        _ = book.take(Peers.full(2, [Peers.peer(Peers.ana, "100.64.0.2")], lease: 60), at: start + 1)

        #expect(book.admitted[Peers.ana]?.leaseEnds == start + 61)
        #expect(book.lastLeaseEnds == start + 61)
    }

    @Test(arguments: [-1, 0, 59, 86_401, .max])
    mutating func `that cannot be renews nobody and still cuts off`(lease: Int) {
        _ = book.take(
            Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2"), Peers.peer(Peers.ben, "100.64.0.3")]),
            at: start
        )

        let refused = book.take(
            Peers.full(2, [Peers.peer(Peers.ana, "100.64.0.2"), Peers.peer(Peers.cleo, "100.64.0.4")], lease: lease),
            at: start + 10
        )

        #expect(refused == ["a lease of \(lease) seconds"])
        #expect(book.admitted[Peers.ana]?.leaseEnds == start + 300)
        #expect(book.lets(Peers.ben) == nil)
        #expect(book.lets(Peers.cleo) == nil)
    }
}

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
