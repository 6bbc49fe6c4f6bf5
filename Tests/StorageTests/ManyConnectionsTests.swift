import Access
import Directory
import Foundation
import Testing

@testable import Storage

@Suite(.serialized) struct `Ten thousand open connections` {
    /// Far more than each takes, and far less than it would take with a query for each connection.
    private static let most = Duration.seconds(2)

    @Test(arguments: Backend.allCases)
    func `cost a statement or two, not one each`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (gateway, _) = try await acme.gateway()
            try await acme.openMany(10_000)
            let site = acme.berlin.id
            let clock = ContinuousClock()

            var revision: Int64 = 0
            let state = try await clock.measure {
                let state = try await acme.store.peerState(of: site)
                #expect(state.peers.count == 10_000)
                revision = state.revision
            }
            let expired = try await clock.measure {
                let closed = try await acme.store.closeExpiredConnections()
                #expect(closed == 0)
            }
            let report = try await clock.measure {
                let peers = try await acme.store.peerState(of: site).peers.map {
                    PeerUse(publicKey: $0.publicKey, lastHandshakeAt: acme.clock.now, receivedBytes: 1, sentBytes: 1)
                }
                try await acme.store.note(
                    version: "1",
                    implementation: "kernel",
                    refusedPackets: 0,
                    peers: peers,
                    of: gateway
                )
            }
            let cut = try await clock.measure {
                try await acme.store.write { (transaction) throws(StoreError) -> Void in
                    try transaction.run(
                        "UPDATE users SET status = 'SUSPENDED' WHERE okta_user_id LIKE '00umany1%'"
                    )
                    try transaction.endRevokedAccess(in: acme.store)
                }
            }
            let changes = try await clock.measure {
                let changes = try await acme.store.peerChanges(of: site, since: revision)
                #expect(changes.removed.count == 1111 && changes.added.isEmpty)
                revision = changes.revision
            }
            let acknowledged = try await clock.measure { try await acme.store.acknowledge(revision, by: gateway) }
            let cuts = try await clock.measure {
                let cuts = try await acme.store.recentCuts(limit: 5000)
                #expect(cuts.count == 1111 && cuts.allSatisfy(\.isComplete))
            }
            let live = try await clock.measure {
                let live = try await acme.store.liveConnections(at: site)
                #expect(live.allSatisfy { $0.gateway == "berlin-1" })
            }

            let figures = [
                "state": state, "expired": expired, "report": report, "cut": cut, "changes": changes,
                "acknowledged": acknowledged, "cuts": cuts, "live": live,
            ]
            #expect(figures.values.allSatisfy { $0 < Self.most }, "\(figures)")
            if ProcessInfo.processInfo.environment["TIMUS_FIGURES"] != nil { print(backend.rawValue, figures) }
        }
    }
}

extension Acme {
    /// As many users in Engineering, each with a session, a device and an open connection to Berlin.
    fileprivate func openMany(_ count: Int) async throws {
        let (berlin, now) = (SQLValue.text(berlin.id.rawValue), clock.now.sqlValue)
        let end = clock.now.addingTimeInterval(86_400).sqlValue
        let organisation = SQLValue.text(store.organisation.id.rawValue)
        let numbers = Array(0..<count)
        try await store.write { (transaction) throws(StoreError) in
            let users: [StaticString] = [
                "okta_user_id", "login", "name", "sort_name", "folded_login", "search_text",
            ]
            try transaction.insert(
                BulkRows(table: "users", columns: ["organisation_id", "status", "first_seen_at"] + users, of: numbers) {
                    [organisation, .text("ACTIVE"), now]
                        + [SQLValue](repeating: .text("00umany\($0)"), count: users.count)
                }
            )
            try transaction.insert(
                BulkRows(
                    table: "okta_membership",
                    columns: ["organisation_id", "okta_group_id", "okta_user_id"],
                    of: numbers
                ) { [organisation, .text("00gengineering"), .text("00umany\($0)")] }
            )
            try transaction.insert(
                BulkRows(
                    table: "session",
                    columns: [
                        "organisation_id", "session_id", "token_hash", "kind", "okta_user_id", "user_agent", "address",
                        "created_at", "last_seen_at", "expires_at",
                    ],
                    of: numbers
                ) {
                    [
                        organisation, .text("s\($0)"), .text("hash\($0)"), .text("connect"), .text("00umany\($0)"),
                        .text(""), .text(""), now, now, end,
                    ]
                }
            )
            try transaction.insert(
                BulkRows(
                    table: "device",
                    columns: [
                        "organisation_id", "device_id", "okta_user_id", "name", "public_key", "platform", "created_at",
                        "last_seen_at",
                    ],
                    of: numbers
                ) {
                    [
                        organisation, .text("d\($0)"), .text("00umany\($0)"), .text("laptop"), .text("key\($0)"),
                        .text("Linux"), now, now,
                    ]
                }
            )
            try transaction.insert(
                BulkRows(
                    table: "connection",
                    columns: [
                        "organisation_id", "connection_id", "device_id", "okta_user_id", "site_id", "session_id",
                        "address", "opened_at", "opened_revision",
                    ],
                    of: numbers
                ) {
                    [
                        organisation, .text("c\($0)"), .text("d\($0)"), .text("00umany\($0)"), berlin, .text("s\($0)"),
                        .text("100.\(64 + $0 / 65_536).\($0 / 256 % 256).\($0 % 256)"), now, .integer(1),
                    ]
                }
            )
        }
    }
}
