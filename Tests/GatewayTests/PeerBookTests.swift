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

        #expect(
            book.settleAll()
                == PeerChange(cut: [Peers.ana], former: [.of("100.64.0.2")], freed: [.of("100.64.0.2")])
        )
    }

    @Test mutating func `stays untouched where nothing changed`() {
        let state = Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")])
        _ = book.take(state, at: start)
        book.settleAll()

        _ = book.take(state, at: start + 30)

        #expect(book.isSettled)
        #expect(book.settleAll() == PeerChange())
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
        let cuts = book.cuts
        book.settle(cuts)
        let some = book.letIns(most: 100)
        book.settle(some)

        #expect(cuts.cut == [Peers.ana])
        #expect(cuts.letIn.isEmpty)
        #expect(some.letIn.count == 100)
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
        let cuts = book.cuts
        #expect(cuts.former == [.of("100.64.0.2")])
        #expect(cuts.freed.isEmpty)
    }

    @Test mutating func `keeps what the other takes where addresses are exchanged one by one`() {
        _ = book.take(
            Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2"), Peers.peer(Peers.ben, "100.64.0.3")]),
            at: start
        )
        book.settleAll()
        _ = book.take(
            Peers.full(2, [Peers.peer(Peers.ana, "100.64.0.3"), Peers.peer(Peers.ben, "100.64.0.2")]),
            at: start
        )

        let first = book.letIns(most: 1)
        book.settle(first)
        let second = book.letIns(most: 1)
        book.settle(second)

        #expect(first.freed.isEmpty)
        #expect(second.freed.isEmpty)
        #expect(Set(first.former + second.former) == [.of("100.64.0.2"), .of("100.64.0.3")])
        #expect(book.isSettled)
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

        #expect(book.settleAll() == PeerChange())
        #expect(book.isSettled)
    }

    @Test mutating func `is tried again where it could not be done`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")]), at: start)
        book.settleAll()
        _ = book.take(Peers.changes(2, removed: [Peers.ana]), at: start)

        let failed = book.cuts

        #expect(book.cuts == failed)
        #expect(failed.cut == [Peers.ana])
    }

    @Test mutating func `is brought in step with what an interface has`() {
        _ = book.take(
            Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2"), Peers.peer(Peers.ben, "100.64.0.3")]),
            at: start
        )

        book.found(inForce: [Peers.ana: .of("100.64.0.2")])

        #expect(book.letIns(most: .max).letIn.map(\.key) == [Peers.ben])
    }
}
