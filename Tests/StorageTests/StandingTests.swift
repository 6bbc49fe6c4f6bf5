import Access
import Directory
import Testing

@testable import Storage

/// ``Standing/condition`` says in SQL what ``AccessFacts/standing`` decides: they must never differ.
@Suite struct `The standing that the database counts` {
    @Test(arguments: Backend.allCases)
    func `is the standing that Access decides, for every combination`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let users = Self.everyCombination
            try await acme.store.setCatalogue(
                [Acme.engineering, Acme.sales, Self.vanished, Self.letGo],
                memberCounts: [:]
            )
            try await acme.store.chooseGroups(
                [Acme.engineering.id, Acme.sales.id, Self.vanished.id, Self.letGo.id],
                by: .system
            )
            try await acme.sync(Self.directory(users))
            for user in users where user.login.hasPrefix("banned") { try await acme.store.ban(user.id, by: .system) }
            // Rows that the verbs would not leave behind: memberships of a group that is missing, or not chosen.
            try await acme.store.write { (transaction) throws(StoreError) in
                try transaction.run(
                    "UPDATE okta_group SET missing_since = 1 WHERE okta_group_id = \(Self.vanished.id)"
                )
                try transaction.run(
                    """
                    UPDATE okta_group SET chosen_at = NULL, chosen_by = NULL WHERE okta_group_id = \(Self.letGo.id)
                    """
                )
            }
            try await expectAgreement(in: acme.store)

            try await acme.store.setRemoteAccess(false, by: .system)
            try await expectAgreement(in: acme.store)

            try await acme.store.write { (transaction) throws(StoreError) in
                try transaction.run(
                    """
                    UPDATE okta_integration SET is_enabled = FALSE, domain = NULL, issuer = NULL, client_id = NULL,
                        client_secret = NULL, api_token = NULL
                    """
                )
            }
            try await expectAgreement(in: acme.store)
            try await acme.store.write { (transaction) throws(StoreError) in
                try transaction.run("DELETE FROM okta_integration")
            }
            try await expectAgreement(in: acme.store)
        }
    }

    private func expectAgreement(in store: Store) async throws {
        let everyone = try await store.everyone()
        let decided = Dictionary(grouping: everyone, by: \.standing)
        let counts = try await store.userCounts()
        for standing in Standing.allCases {
            let listed = try await store.users(UserQuery(standing: standing, pageSize: 10_000))
            #expect(Set(listed.rows.map(\.id)) == Set((decided[standing] ?? []).map(\.user.id)))
            #expect(counts[standing] == decided[standing]?.count ?? 0)
        }
        #expect(counts.values.reduce(0, +) == everyone.count)
    }

    private static let vanished = Group(id: "00gvanished", name: "Vanished")
    private static let letGo = Group(id: "00gletgo", name: "Let go")

    /// Groups by the letter that stands for them in a login: each subset of them, each status, banned or not.
    private static let groups: [(letter: Character, group: Group)] = [
        ("e", Acme.engineering), ("s", Acme.sales), ("v", vanished), ("l", letGo),
    ]

    private static let everyCombination: [User] = User.Status.allCases.flatMap { status in
        ["banned", "welcome"].flatMap { ban in
            (0..<16).map { subset in
                let letters = groups.indices.filter { subset & (1 << $0) != 0 }.map { groups[$0].letter }
                let login = "\(ban)-\(status.rawValue)-\(String(letters))"
                return User(id: User.ID(login), status: status, login: login, email: "\(login)@acme.example")
            }
        }
    }

    private static func directory(_ users: [User]) -> Snapshot {
        var directory = Snapshot(users: Dictionary(uniqueKeysWithValues: users.map { ($0.id, $0) }))
        for (letter, group) in groups {
            directory.groups[group.id] = group
            directory.members[group.id] = Set(
                users.filter { $0.login.split(separator: "-").dropFirst(2).joined().contains(letter) }.map(\.id)
            )
        }
        return directory
    }
}
