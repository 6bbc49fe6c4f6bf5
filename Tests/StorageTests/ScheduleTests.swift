import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `What is due` {
    private static let intervals = SyncIntervals()

    @Test(arguments: Backend.all)
    func `is each organisation once, whichever server asks`(backend: Backend) async throws {
        try await withOrganisations(12, on: backend) { stores in
            let servers = try await withThrowingTaskGroup(of: [DueSync].self) { tasks in
                for number in 0..<4 {
                    tasks.addTask {
                        try await stores[0].claimDueSyncs(limit: 4, every: Self.intervals, owner: "server \(number)")
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            let rest = try await stores[0].claimDueSyncs(limit: 100, every: Self.intervals, owner: "server 5")

            let claimed = (servers.flatMap(\.self) + rest).map(\.store.organisation.id)
            #expect(servers.allSatisfy { $0.count <= 4 })
            #expect(claimed.count == 12)
            #expect(Set(claimed) == Set(stores.map(\.organisation.id)))
        }
    }

    @Test(arguments: Backend.all)
    func `is a full synchronization first, then what changed, with the list of groups each five minutes`(
        backend: Backend
    ) async throws {
        try await withOrganisations(1, on: backend) { stores in
            let store = stores[0]
            var modes: [String] = []
            for _ in 0..<7 {
                guard let due = try await store.claimDueSyncs(limit: 1, every: Self.intervals, owner: "one").first
                else { break }
                modes.append(due.mode.rawValue + (due.withCatalogue ? " with groups" : ""))
                try await store.conclude(due, .succeeded)
                let next = try #require(try await store.nextSyncAt())
                clock.advance(seconds: Int(next.timeIntervalSince(clock.now)))
            }

            #expect(
                modes == ["full with groups"] + Array(repeating: "incremental", count: 4)
                    + ["incremental with groups", "incremental"]
            )
        }
    }

    @Test(arguments: Backend.all)
    func `is left to another server once the one that took it is silent for a minute`(backend: Backend) async throws {
        try await withOrganisations(1, on: backend) { stores in
            let store = stores[0]
            try await store.requestSync(.full, trigger: .manual, requestedBy: "olga@acme.example")
            let first = try #require(
                try await store.claimDueSyncs(limit: 1, every: Self.intervals, owner: "one").first
            )
            clock.advance(seconds: 59)
            #expect(try await store.claimDueSyncs(limit: 1, every: Self.intervals, owner: "two").isEmpty)

            clock.advance(seconds: 2)
            let second = try await store.claimDueSyncs(limit: 1, every: Self.intervals, owner: "two").first

            #expect(second?.mode == .full)
            #expect(second?.requestedBy == "olga@acme.example")
            await #expect(throws: StoreError.leaseLost) {
                try await store.conclude(first, .succeeded)
            }
        }
    }

    @Test(arguments: Backend.all)
    func `comes later each time that it fails, and at once when somebody asks`(backend: Backend) async throws {
        try await withOrganisations(1, on: backend) { stores in
            let store = stores[0]
            var waits: [TimeInterval] = []
            var modes: [SyncMode] = []
            for _ in 0..<20 {
                let due = try #require(
                    try await store.claimDueSyncs(limit: 1, every: Self.intervals, owner: "one").first
                )
                modes.append(due.mode)
                try await store.conclude(due, .failed)
                let next = try #require(try await store.nextSyncAt())
                waits.append(next.timeIntervalSince(clock.now))
                clock.advance(seconds: Int(next.timeIntervalSince(clock.now)))
            }
            #expect(waits.prefix(3) == [30, 60, 120])
            #expect(waits.allSatisfy { $0 <= 600 })
            // A full one that fails does not keep back the others.
            #expect(modes.prefix(4) == [.full, .incremental, .incremental, .incremental])
            #expect(modes.filter { $0 == .full }.count > 3)

            let due = try #require(
                try await store.claimDueSyncs(limit: 1, every: Self.intervals, owner: "one").first
            )
            try await store.conclude(due, .failed)
            try await store.requestSync(.incremental, trigger: .manual, requestedBy: "olga@acme.example")
            let asked = try await store.claimDueSyncs(limit: 1, every: Self.intervals, owner: "one").first

            #expect(asked?.trigger == .manual)
            #expect(asked?.requestedBy == "olga@acme.example")
        }
    }

    @Test(arguments: Backend.all)
    func `is again at once where somebody asks while it is done`(backend: Backend) async throws {
        try await withOrganisations(1, on: backend) { stores in
            let store = stores[0]
            for outcome in [SyncRun.State.succeeded, .failed] {
                let due = try #require(
                    try await store.claimDueSyncs(limit: 1, every: Self.intervals, owner: "one").first
                )
                try await store.requestSync(.full, trigger: .manual, requestedBy: "olga@acme.example")
                try await store.conclude(due, outcome)

                let again = try #require(
                    try await store.claimDueSyncs(limit: 1, every: Self.intervals, owner: "one").first
                )
                #expect(again.mode == .full)
                #expect(again.requestedBy == "olga@acme.example")
                try await store.conclude(again, .succeeded)
                #expect(try await store.claimDueSyncs(limit: 1, every: Self.intervals, owner: "one").isEmpty)
                clock.advance(seconds: 60)
            }
        }
    }

    @Test(arguments: Backend.all)
    func `ends what a dead server left running`(backend: Backend) async throws {
        try await withOrganisations(1, on: backend) { stores in
            let store = stores[0]
            let dead = try #require(
                try await store.claimDueSyncs(limit: 1, every: Self.intervals, owner: "one").first
            )
            let run = SyncRun.manual(at: clock.now)
            try await store.show(run, lease: dead.lease)
            clock.advance(seconds: 61)
            _ = try await store.claimDueSyncs(limit: 1, every: Self.intervals, owner: "two")

            #expect(try await store.syncRun(run.id)?.state == .failed)
        }
    }

    private let clock = TestClock()

    /// Organisations on one database, each with Okta connected and *Synchronization Status* ON.
    private func withOrganisations(
        _ count: Int,
        on backend: Backend,
        _ body: ([Store]) async throws -> Void
    ) async throws {
        try await backend.withDatabase { location in
            let vault = Vault.ephemeral()
            var stores: [Store] = []
            for number in 0..<count {
                let store = try await Store.open(
                    at: location,
                    organisation: "Organisation \(number)",
                    createOrganisation: true,
                    vault: vault,
                    now: { [clock] in clock.now }
                )
                try await store.enableOkta(.acme, by: .system)
                try await store.setSynchronization(true, by: .system)
                stores.append(store)
            }
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(stores))
            } catch {
                result = .failure(error)
            }
            for store in stores { await store.close() }
            try result.get()
        }
    }
}

extension Store {
    fileprivate func conclude(_ due: DueSync, _ state: SyncRun.State) async throws(StoreError) {
        let run = SyncRun(mode: due.mode, trigger: due.trigger, requestedBy: due.requestedBy, startedAt: now())
        var conclusion = Conclusion(run: run, state: state)
        conclusion.claim = due.claim
        try await conclude(conclusion, lease: due.lease)
    }
}
