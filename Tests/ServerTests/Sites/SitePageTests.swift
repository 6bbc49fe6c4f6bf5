import Access
import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing
import WebUI

@testable import Manager
@testable import Storage

@Suite struct `A site's page` {
    @Test func `says that nobody is connected and that it has no gateway`() async throws {
        try await BerlinDesk.open { desk in
            let page = try await desk.page()

            #expect(page.contains("No gateway yet") && page.contains("Add a gateway"))
            #expect(page.contains("Nobody is connected."))
            #expect(page.contains("No connection was cut in the last 90 days."))
        }
    }

    @Test func `shows who is connected, what gateways saw of them, and drops one`() async throws {
        try await BerlinDesk.open { desk in
            let gateway = try await desk.gateway()
            let anas = try await desk.connection(of: desk.ana, key: 1)
            let bens = try await desk.connection(of: desk.ben, key: 2)
            try await desk.store.note(
                version: "0.1.0",
                implementation: "kernel",
                refusedPackets: 1234,
                peers: [
                    PeerUse(
                        publicKey: ConnectOffice.key(1),
                        lastHandshakeAt: desk.clock.now(),
                        receivedBytes: 3_400_000,
                        sentBytes: 512
                    )
                ],
                of: gateway
            )

            let page = try await desk.page()
            let answer = try await desk.post("/connections/\(anas.id)/drop")

            #expect(page.contains("2 connections") && page.contains("laptop 1") && page.contains(anas.address))
            #expect(page.contains("0.1.0, kernel") && page.contains("1,234"))
            #expect(page.contains("3.4 MB") && page.contains("512 B") && page.contains("at <bdi>Berlin-1</bdi>"))
            #expect(page.contains(#"id="site-connections" data-live"#))
            #expect(answer.location == "\(desk.path)#connections")
            #expect(try await desk.store.liveConnections(at: desk.berlin.id).map(\.connection.id) == [bens.id])
            #expect(try await desk.latestEvent()?.action == "connection.dropped")
            let after = try await desk.page()
            #expect(after.contains("Dropped by an administrator."))
            #expect(after.contains("Cut on 0 of 1 gateway. <bdi>Berlin-1</bdi> has not answered: the lease ends <time"))
            desk.clock.advance(0.4)
            let enrolled = try #require(try await desk.store.gateway(gateway.id))
            try await desk.store.acknowledge(try await desk.revision(), by: enrolled)
            #expect(try await desk.page().contains("Cut on 1 of 1 gateway after 400 ms."))
        }
    }

    @Test func `drops no connection of another site`() async throws {
        try await BerlinDesk.open { desk in
            let anas = try await desk.connection(of: desk.ana, key: 1)
            let lisbon = try await desk.store.addSite(
                name: "Lisbon",
                addressRange: .init("10.30.0.0/16"),
                by: BerlinDesk.by
            )
            let csrf = try await desk.browser.csrf(of: "/users")

            let answer = try await desk.browser.post(
                "/sites/\(lisbon.id)/connections/\(anas.id)/drop",
                [("csrf", csrf)]
            )

            #expect(answer.status == .notFound)
            #expect(try await desk.store.openConnections(of: desk.ana).count == 1)
        }
    }

    @Test func `takes a lease, and says what is wrong with another`() async throws {
        try await BerlinDesk.open { desk in
            #expect(try await desk.page().contains("Cut off without the server after"))
            for typed in ["59", "86401", "five", "", "60.5", "-300"] {
                let answer = try await desk.post("/lease", [("lease", typed)])
                #expect(answer.status == .unprocessableContent)
                #expect(answer.text.contains("Enter a number of seconds from 60 to 86400"))
                #expect(answer.text.contains(#"value="\#(typed)""#))
                // A page at the form's own address cannot be asked for again by its script.
                #expect(!answer.text.contains("data-live"))
            }

            let answer = try await desk.post("/lease", [("lease", " 600 ")])

            #expect(answer.location == "\(desk.path)#lease")
            #expect(try await desk.store.lease(of: desk.berlin.id) == 600)
            #expect(try await desk.latestEvent()?.action == "site.lease-changed")
        }
    }

    @Test func `lets a viewer see everything and change nothing`() async throws {
        try await BerlinDesk.open(as: "vera@acme.example") { desk in
            let open = try await desk.connection(of: desk.ana, key: 1)

            let page = try await desk.page()

            #expect(page.contains(open.address) && !page.contains("/drop\""))
            #expect(!page.contains("Set lease") && page.contains("readonly"))
            #expect(try await desk.post("/connections/\(open.id)/drop").status == .forbidden)
        }
    }
}

@Suite struct `What a cut says` {
    private static let closed = Date(timeIntervalSince1970: 1_800_000_000)

    /// - Parameters:
    ///   - answers: Seconds after the cut at which each gateway answered; nil for one that did not.
    ///   - former: Seconds after the cut at which the leases end of machines that were replaced and did not answer.
    private static func cut(_ answers: [Double?], former: [Double] = []) -> Cut {
        let gateways = answers.enumerated().map { index, seconds in
            Cut.Gateway(
                name: "Berlin-\(index + 1)",
                end: nil,
                leaseEndsAt: closed.addingTimeInterval(300),
                acknowledgedAt: seconds.map { closed.addingTimeInterval($0) }
            )
        }
        let machines = former.map { lease in
            let end = closed.addingTimeInterval(lease)
            return Cut.Gateway(name: "Berlin-1", end: .replaced, leaseEndsAt: end, acknowledgedAt: nil)
        }
        return Cut(
            connection: Connection(
                id: "c",
                device: "d",
                user: "u",
                site: "s",
                session: nil,
                address: "100.64.0.2",
                openedAt: closed,
                closedAt: closed,
                closedBecause: "Suspended in Okta.",
                isClosedByUser: false
            ),
            login: "ana",
            device: "laptop",
            site: "Berlin",
            isSiteRemoved: false,
            closedAt: closed,
            because: "Suspended in Okta.",
            gateways: gateways + machines,
            leaseEndsAt: closed.addingTimeInterval(300)
        )
    }

    static let rows: [(answers: [Double?], after: Double, says: String)] = [
        ([], 1, "There was no gateway."),
        ([0.4], 1, "Cut on 1 of 1 gateway after 400 ms."),
        ([0.4, 1.25], 2, "Cut on 2 of 2 gateways after 1.2 s."),
        (
            [0.4, nil], 60,
            "Cut on 1 of 2 gateways after 400 ms. Berlin-2 has not answered: the lease ends in 4 minutes."
        ),
        ([nil, nil], 60, "Cut on 0 of 2 gateways. Berlin-1, Berlin-2 have not answered: the lease ends in 4 minutes."),
        ([nil], 420, "Cut on 0 of 1 gateway. Berlin-1 did not answer; the lease ended 2 minutes ago."),
    ]

    @Test(arguments: rows) func `by gateway and time`(row: (answers: [Double?], after: Double, says: String)) {
        let html = Self.cut(row.answers).sentence(at: Self.closed.addingTimeInterval(row.after))

        #expect(html.text.replacing(/<[^>]*>/, with: "") == row.says)
    }

    static let formerRows: [(answers: [Double?], former: [Double], after: Double, says: String)] = [
        (
            [0.4], [200], 60,
            "Cut on 1 of 2 gateways after 400 ms. Berlin-1 (replaced) has not answered: the lease ends in 2 minutes."
        ),
        (
            [0.4], [200], 340,
            "Cut on 2 of 2 gateways after 400 ms, on Berlin-1 (replaced) by its lease 2 minutes ago."
        ),
        (
            [], [60, 200], 320,
            """
            Cut on 2 of 2 gateways, on Berlin-1 (replaced) by its lease 4 minutes ago, on Berlin-1 (replaced) by its \
            lease 2 minutes ago.
            """
        ),
        (
            [nil], [60], 120,
            """
            Cut on 1 of 2 gateways, on Berlin-1 (replaced) by its lease 1 minute ago. Berlin-1 has not answered: the \
            lease ends in 3 minutes.
            """
        ),
    ]

    @Test(arguments: formerRows)
    func `by machine that was replaced`(row: (answers: [Double?], former: [Double], after: Double, says: String)) {
        let html = Self.cut(row.answers, former: row.former).sentence(at: Self.closed.addingTimeInterval(row.after))

        #expect(html.text.replacing(/<[^>]*>/, with: "") == row.says)
    }
}
