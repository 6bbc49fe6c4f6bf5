import Foundation
import GatewayAPI
import Testing

@testable import Gateway

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

        _ = book.take(Peers.full(2, [Peers.peer(Peers.ana, "100.64.0.2")], lease: 60), at: start + 50)
        #expect(book.admitted[Peers.ana]?.leaseEnds == start + 110)
    }

    @Test mutating func `that ends first is the kernel's, until it has ended`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")], lease: 60), at: start)
        _ = book.take(Peers.changes(2, added: [Peers.peer(Peers.ben, "100.64.0.3")]), at: start + 30)

        #expect(book.firstLeaseEnds == start + 60)
        #expect(book.expire(at: start + 60) == 1)
        #expect(book.firstLeaseEnds == start + 90)
    }

    @Test mutating func `is the kernel's where its peer came alone`() {
        _ = book.take(Peers.full(1, [], lease: 60), at: start)
        _ = book.take(Peers.changes(2, added: [Peers.peer(Peers.ben, "100.64.0.3")]), at: start + 30)

        #expect(book.firstLeaseEnds == start + 90)
    }

    @Test mutating func `that is shortened holds from the next state on`() {
        _ = book.take(Peers.full(1, [Peers.peer(Peers.ana, "100.64.0.2")], lease: 86_400), at: start)
        _ = book.take(Peers.full(2, [Peers.peer(Peers.ana, "100.64.0.2")], lease: 60), at: start + 1)

        #expect(book.admitted[Peers.ana]?.leaseEnds == start + 61)
        #expect(book.firstLeaseEnds == start + 61)
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
