import Access
import Directory
import Foundation
import OktaSimulator
import Storage
import Sync
import Testing

@Suite struct `An event of Okta's` {
    @Test func `has whom it names read again, and nobody else`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            try acme.org.suspend(acme.ana)
            acme.org.requests.clear()

            try await acme.serving {
                acme.hears(of: acme.ana)

                try await eventually { try await !acme.reachesBerlin(acme.ana) }
            }

            #expect(acme.org.requests.count(of: "/api/v1/users/\(acme.ana)") == 2)
            #expect(acme.org.requests.count(of: "/api/v1/groups/") == 0)
            #expect(try await acme.reachesBerlin(acme.ben))
        }
    }

    @Test func `brings a user who joined a chosen group`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            let profile = Org.Profile(firstName: "Dora", lastName: "Example", login: "dora@acme.example")
            let dora = try acme.org.createPerson(profile, credentials: .password("Correct-horse-9")).id
            try acme.org.addMember(dora, to: acme.sales)

            try await acme.serving {
                acme.hears(of: dora)

                try await eventually { try await acme.reachesBerlin(dora) }
            }
        }
    }

    @Test func `is not undone by a full sync that asked Okta before`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            acme.org.faults.add(.init(.delay(.seconds(2)), at: "/api/v1/groups/\(acme.engineering)/users", request: 1))

            try await acme.serving {
                async let late = acme.sync()
                try await eventually { acme.org.requests.count(of: "/api/v1/groups/\(acme.engineering)/users") == 2 }
                try acme.org.removeMember(acme.ana, from: acme.engineering)
                acme.hears(of: acme.ana)
                try await eventually { try await !acme.reachesBerlin(acme.ana) }

                #expect(try await late.state == .succeeded)
                #expect(try await !acme.reachesBerlin(acme.ana))
            }
        }
    }

    @Test func `leads to a look at what changed where it names many`() async throws {
        try await Acme.run(crowd: 40) { acme in
            try await acme.sync()
            let crowd = try await acme.store.snapshot().members[Group.ID(acme.sales.description)] ?? []
            try acme.org.suspend(acme.chloe)
            acme.org.requests.clear()

            try await acme.serving {
                acme.engine.read(NamedObjects(users: crowd), of: acme.store.organisation)

                try await eventually { try await !acme.reachesBerlin(acme.chloe) }
            }

            #expect(acme.org.requests.count(of: "/api/v1") < 20)
        }
    }
}

@Suite struct `An administrator who is an Okta user` {
    @Test func `stays an administrator whatever Okta says, so that one is always left`() async throws {
        try await Acme.run { acme in
            let owner = try await acme.store.addAdministrator(
                email: "ana@acme.example",
                name: nil,
                role: .owner,
                password: nil,
                by: .system
            )
            try await acme.sync()
            try acme.org.deactivate(acme.ana)
            try await acme.sync()
            try acme.org.deletePerson(acme.ana)
            try await acme.sync()

            #expect(try await acme.store.administrators().map(\.id) == [owner.id])
            #expect(try await acme.store.administrators().map(\.role) == [.owner])
        }
    }
}

extension Acme {
    /// Runs `body` beside a server that does what is due and what events ask for. By the clock nothing is due.
    fileprivate func serving(_ body: () async throws -> Void) async throws {
        for due in try await store.claimDueSyncs(limit: 1, every: SyncIntervals(), owner: "nobody") {
            try await store.releaseLease(due.lease)
        }
        let service = Task { try await SyncService(engine: engine).run() }
        defer { service.cancel() }
        try await body()
    }

    fileprivate func hears(of person: Org.Person.ID) {
        engine.read(NamedObjects(users: [User.ID(person.description)]), of: store.organisation)
    }
}

private struct NotInTime: Error {}

/// Waits until the condition holds, ten seconds at most.
private func eventually(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<200 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    throw NotInTime()
}
