import Access
import Directory
import Foundation
import GatewayAPI
import HummingbirdTesting
import NIOCore
import Testing

@testable import GatewayServer
@testable import Storage
@testable import Tunnels

@Suite(.serialized, .timeLimit(.minutes(1))) struct `Ten thousand peers` {
    @Test func `reach many gateways of a site, and so does their end`() async throws {
        try await ConnectOffice.open(.live, isWatched: true) { office in
            try await office.openMany(10_000)
            var feeds: [PeerFeed] = []
            for number in UInt8(0)..<20 {
                let key = ConnectOffice.key(100 + number)
                let gateway = try await office.store.enrolledGateway("many-\(number)", at: office.berlin.id, key: key)
                feeds.append(try await PeerFeed.open(office, gateway.token))
            }
            for feed in feeds { #expect(try await feed.full().peers.count == 10_000) }

            let time = try await duration {
                try await office.store.setRemoteAccess(false, by: .commandLine("test"))
                for feed in feeds {
                    var removed = 0
                    while removed < 10_000 { removed += try await feed.changes().removed.count }
                }
            }
            if ProcessInfo.processInfo.environment["TIMUS_FIGURES"] != nil { print("ended at 20 gateways after", time) }
            #expect(time < .seconds(20))
        }
    }

    @Test func `are read and encoded once for each revision`() async throws {
        try await ConnectOffice.open { office in
            try await office.openMany(10_000)
            let lines = PeerLines()

            let first = try await lines.full(of: office.berlin.id, from: office.store)
            let second = try await lines.full(of: office.berlin.id, from: office.store)
            try await office.store.setLease(60, of: office.berlin.id, by: .commandLine("test"))
            let third = try await lines.full(of: office.berlin.id, from: office.store)

            #expect(Self.place(of: first.line) == Self.place(of: second.line))
            #expect(Self.place(of: first.line) != Self.place(of: third.line))
            #expect(third.terms.lease == 60)
            #expect(third.revision > first.revision)
            #expect(first.line.readableBytes < 1_200_000)
        }
    }

    private static func place(of bytes: ByteBuffer) -> Int {
        bytes.withUnsafeReadableBytes { Int(bitPattern: $0.baseAddress) }
    }

    @Test func `may wait, and only one that is cut off wakes`() async throws {
        try await ConnectOffice.open(isWatched: true) { office in
            try await office.openMany(10_000)
            let (watch, site) = (office.watch, office.berlin.id)
            let bells = (0..<10_000).map { watch.bell(of: ConnectOffice.manyKey($0), at: site) }
            try await withThrowingTaskGroup(of: Int?.self) { tasks in
                for (number, bell) in bells.enumerated() {
                    tasks.addTask { await bell.wait(until: .now + .seconds(50)) ? number : nil }
                }
                try await office.store.closeConnection("c4711", because: "Done")

                #expect(try await tasks.next() == 4711)
                tasks.cancelAll()
                for try await number in tasks { #expect(number == nil) }
            }
            for (number, bell) in bells.enumerated() { watch.forget(bell, of: ConnectOffice.manyKey(number), at: site) }
            #expect(watch.waitingCount == 0)
        }
    }
}

extension ConnectOffice {
    static func manyKey(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 43 - digits.count) + digits + "="
    }

    /// As many users in Engineering, each with a session, a device and an open connection to Berlin.
    fileprivate func openMany(_ count: Int) async throws {
        let (store, berlin, now) = (store, berlin.id, clock.now())
        let end = now.addingTimeInterval(86_400)
        let organisation = store.organisation.id
        try await store.write { (transaction) throws(StoreError) -> Void in
            let numbers: SQL = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(count - 1))"
            try transaction.run(
                """
                INSERT INTO users (organisation_id, status, first_seen_at, okta_user_id, login, name, sort_name,
                    folded_login, search_text)
                \(numbers) SELECT \(organisation), 'ACTIVE', \(now), 'm' || i, 'm' || i, 'm' || i, 'm' || i, 'm' || i,
                    'm' || i FROM n
                """
            )
            try transaction.run(
                """
                INSERT INTO okta_membership (organisation_id, okta_group_id, okta_user_id)
                \(numbers) SELECT \(organisation), \(Self.engineering.id), 'm' || i FROM n
                """
            )
            try transaction.run(
                """
                INSERT INTO session (organisation_id, session_id, token_hash, kind, okta_user_id, user_agent, address,
                    created_at, last_seen_at, expires_at)
                \(numbers) SELECT \(organisation), 's' || i, 'hash' || i, 'connect', 'm' || i, '', '', \(now), \(now),
                    \(end) FROM n
                """
            )
            try transaction.run(
                """
                INSERT INTO device (organisation_id, device_id, okta_user_id, name, public_key, platform, created_at,
                    last_seen_at)
                \(numbers) SELECT \(organisation), 'd' || i, 'm' || i, 'laptop', printf('%043d=', i), 'linux', \(now),
                    \(now) FROM n
                """
            )
            try transaction.run(
                """
                INSERT INTO connection (organisation_id, connection_id, device_id, okta_user_id, site_id, session_id,
                    address, opened_at, opened_revision)
                \(numbers) SELECT \(organisation), 'c' || i, 'd' || i, 'm' || i, \(berlin), 's' || i,
                    '100.64.' || (i / 256) || '.' || (i % 256), \(now), 1 FROM n
                """
            )
        }
    }
}
