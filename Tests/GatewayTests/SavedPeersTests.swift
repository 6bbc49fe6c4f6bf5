import Foundation
import GatewayAPI
import Testing

@testable import Gateway

@Suite struct `A gateway that starts again` {
    private let start = BootTime(seconds: 1_000)

    private func saved(boot: String = "one") throws -> SavedPeers {
        var book = PeerBook(ownKey: Peers.gateway)
        _ = book.take(
            Peers.full(7, [Peers.peer(Peers.ana, "100.64.0.2"), Peers.peer(Peers.ben, "100.64.0.3")], lease: 60),
            at: start
        )
        return try #require(SavedPeers(book, boot: boot))
    }

    @Test func `lets the same in until their leases end`() throws {
        var book = PeerBook(ownKey: Peers.gateway)

        try saved().restore(into: &book, cut: [], boot: "one", at: start + 20)

        #expect(book.admitted.keys.sorted() == [Peers.ana, Peers.ben].sorted())
        #expect(book.admitted[Peers.ana]?.leaseEnds == start + 60)
        #expect(book.firstLeaseEnds == start + 60)
        #expect(book.revision == 7)
    }

    @Test func `lets nobody in whose lease has ended`() throws {
        var book = PeerBook(ownKey: Peers.gateway)

        try saved().restore(into: &book, cut: [], boot: "one", at: start + 60)

        #expect(book.admitted.isEmpty)
    }

    @Test func `lets nobody in who was cut off since`() throws {
        var book = PeerBook(ownKey: Peers.gateway)

        try saved().restore(into: &book, cut: [Peers.ana.base64], boot: "one", at: start + 20)

        #expect(book.admitted.keys.sorted() == [Peers.ben])
    }

    @Test(arguments: ["two", ""])
    func `lets nobody in after the machine started again`(boot: String) throws {
        var book = PeerBook(ownKey: Peers.gateway)

        try saved(boot: "one").restore(into: &book, cut: [], boot: boot, at: start + 20)

        #expect(book.admitted.isEmpty)
    }

    @Test func `takes no lease that is longer than the site's`() throws {
        let text = #"""
            {"boot":"one","revision":7,"lease":60,"networks":[],"tunnel_range":"100.64.0.0/10",
             "peers":[{"public_key":"\#(Peers.ana)","address":"100.64.0.2","lease_ends":1e12},
                      {"public_key":"\#(Peers.ben)","address":"10.0.0.1","lease_ends":1e12}]}
            """#
        var book = PeerBook(ownKey: Peers.gateway)

        try GatewayJSON.message(SavedPeers.self, from: Data(text.utf8))
            .restore(into: &book, cut: [], boot: "one", at: start)

        #expect(book.admitted == [Peers.ana: .init(address: .of("100.64.0.2"), leaseEnds: start + 60)])
    }

    @Test func `finds on disk what was saved and who was cut`() throws {
        let folder = StateFolder(path: NSTemporaryDirectory() + "timus-gateway-\(UUID().uuidString)")
        try folder.make()
        var book = PeerBook(ownKey: Peers.gateway)
        _ = book.take(
            Peers.full(7, [Peers.peer(Peers.ana, "100.64.0.2"), Peers.peer(Peers.ben, "100.64.0.3")]),
            at: .now
        )
        try folder.save(cut: [Peers.cleo], in: 1)
        try folder.save(try #require(SavedPeers(book, boot: BootTime.boot)), cuts: 2)
        try folder.save(cut: [Peers.ana], in: 2)
        var again = PeerBook(ownKey: Peers.gateway)

        folder.restore(into: &again, at: .now)

        #expect(again.admitted.keys.sorted() == [Peers.ben])
        #expect(!FileManager.default.fileExists(atPath: folder.file("cuts.1")))
        try FileManager.default.removeItem(atPath: folder.path)
    }

    @Test func `lets nobody in on terms that are no longer the site's`() throws {
        let folder = StateFolder(path: NSTemporaryDirectory() + "timus-gateway-\(UUID().uuidString)")
        try folder.make()
        var book = PeerBook(ownKey: Peers.gateway)
        _ = book.take(Peers.full(7, [Peers.peer(Peers.ana, "100.64.0.2")]), at: .now)
        try folder.save(try #require(SavedPeers(book, boot: BootTime.boot)), cuts: 2)
        try folder.saveThatTermsChanged(in: 2)
        var again = PeerBook(ownKey: Peers.gateway)

        folder.restore(into: &again, at: .now)

        #expect(again.admitted.isEmpty)
        #expect(again.terms == nil)
        try folder.save(try #require(SavedPeers(book, boot: BootTime.boot)), cuts: 3)
        folder.restore(into: &again, at: .now)
        #expect(again.admitted.keys.sorted() == [Peers.ana])
        try FileManager.default.removeItem(atPath: folder.path)
    }
}
