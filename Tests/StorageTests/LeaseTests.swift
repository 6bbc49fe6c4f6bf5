import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `A lease` {
    @Test(arguments: Backend.all)
    func `is held by one owner until it is given back or runs out`(backend: Backend) async throws {
        try await backend.withStore { store, clock in
            let first = try #require(try await store.acquireLease("okta-sync", owner: "one", seconds: 60))
            #expect(try await store.acquireLease("okta-sync", owner: "two", seconds: 60) == nil)
            #expect(try await store.acquireLease("another job", owner: "two", seconds: 60) != nil)

            try await store.releaseLease(first)
            let second = try #require(try await store.acquireLease("okta-sync", owner: "two", seconds: 60))
            #expect(second.fence > first.fence)

            clock.advance(seconds: 59)
            #expect(try await store.acquireLease("okta-sync", owner: "one", seconds: 60) == nil)
            clock.advance(seconds: 1)
            let third = try #require(try await store.acquireLease("okta-sync", owner: "one", seconds: 60))
            #expect(third.fence > second.fence)
        }
    }

    @Test(arguments: Backend.all)
    func `that is renewed is held longer`(backend: Backend) async throws {
        try await backend.withStore { store, clock in
            let lease = try #require(try await store.acquireLease("okta-sync", owner: "one", seconds: 60))
            clock.advance(seconds: 50)
            try await store.renewLease(lease)
            clock.advance(seconds: 50)

            #expect(try await store.acquireLease("okta-sync", owner: "two", seconds: 60) == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `that was lost writes nothing, renews nothing and gives nothing back`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let stale = try #require(try await acme.store.acquireLease("okta-sync", owner: "one", seconds: 60))
            let before = try await acme.store.snapshot()
            let changes = Changes(from: before, to: Acme.directory(members: [:]))
            acme.clock.advance(seconds: 61)
            let current = try #require(try await acme.store.acquireLease("okta-sync", owner: "two", seconds: 60))

            await #expect(throws: StoreError.leaseLost) { try await acme.store.apply(changes, lease: stale) }
            await #expect(throws: StoreError.leaseLost) { try await acme.store.renewLease(stale) }
            await #expect(throws: StoreError.leaseLost) {
                try await acme.store.show(.manual(at: acme.clock.now), lease: stale)
            }
            try await acme.store.releaseLease(stale)

            #expect(try await acme.store.snapshot() == before)
            #expect(try await acme.store.acquireLease("okta-sync", owner: "three", seconds: 60) == nil)
            try await acme.store.renewLease(current)
        }
    }

    @Test(arguments: Backend.all)
    func `goes to one of many who ask at the same time`(backend: Backend) async throws {
        try await backend.withStore { store in
            let winners = try await withThrowingTaskGroup(of: Bool.self) { tasks in
                for number in 0..<20 {
                    tasks.addTask {
                        try await store.acquireLease("okta-sync", owner: "server \(number)", seconds: 60) != nil
                    }
                }
                return try await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
            }

            #expect(winners == 1)
        }
    }
}

@Suite struct `A sync run` {
    @Test(arguments: Backend.all)
    func `tells how far it is and how it ended`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let lease = try #require(try await acme.store.acquireLease("okta-sync", owner: "one", seconds: 60))
            let run = SyncRun.manual(at: acme.clock.now, by: "olga@acme.example")
            try await acme.store.show(run, lease: lease)
            #expect(try await acme.store.syncRun(run.id) == run)
            #expect(run.state == .running)

            let progress = Progress(stage: "Reading members", done: 2, total: 12)
            try await acme.store.progress(run.id, progress, requests: 5)
            let running = try #require(try await acme.store.syncRun(run.id))
            #expect(running.progress == progress)
            #expect(running.counts.requests == 5)

            acme.clock.advance(seconds: 3)
            var conclusion = Conclusion(run: run, state: .succeeded)
            conclusion.counts.users = 2
            conclusion.counts.requests = 13
            conclusion.warnings = ["cleo has no primary e-mail."]
            try await acme.store.conclude(conclusion, lease: lease)

            let finished = try #require(try await acme.store.syncRuns(limit: 1).first)
            #expect(finished.state == .succeeded)
            #expect(finished.counts == conclusion.counts)
            #expect(finished.finishedAt == acme.clock.now)
            #expect(finished.warnings == ["cleo has no primary e-mail."])
            #expect(finished.progress == nil)
            #expect(finished.changes == nil)
            #expect(try await acme.store.oktaIntegration()?.lastSyncAt == acme.clock.now)
        }
    }

    @Test(arguments: Backend.all)
    func `that failed keeps its sentence and leaves the last sync's time`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let before = try await acme.store.oktaIntegration()?.lastSyncAt
            acme.clock.advance(seconds: 1)
            let problem = Problem(what: "Okta cannot be reached.", remedy: "It is tried again in a minute.")

            let run = try await acme.conclude(.failed) { $0.problem = problem }

            #expect(try await acme.store.syncRun(run.id)?.problem == problem)
            #expect(try await acme.store.oktaIntegration()?.lastSyncAt == before)
        }
    }

    @Test(arguments: Backend.all)
    func `that is held keeps its plan until it is answered, once`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let changes = Changes(from: try await acme.store.snapshot(), to: Acme.directory(members: [:]))
            let run = try await acme.conclude(.held) { $0.plan = changes }
            #expect(try await acme.store.syncRun(run.id)?.changes == changes)

            try await acme.store.settleHeldRun(run.id, approved: true, by: .system)

            #expect(try await acme.store.syncRun(run.id)?.state == .approved)
            await #expect(throws: StoreError.self) {
                try await acme.store.settleHeldRun(run.id, approved: false, by: .system)
            }
            #expect(try await acme.actions().contains("sync.approved"))
        }
    }

    @Test(arguments: Backend.all)
    func `that is held gives way to a later one that succeeds`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let held = try await acme.conclude(.held) { $0.plan = Changes() }

            try await acme.conclude(.succeeded)

            #expect(try await acme.store.syncRun(held.id)?.state == .dismissed)
        }
    }

    @Test(arguments: Backend.all)
    func `of a dead server is closed, that of a live one is not`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let lease = try #require(try await acme.store.acquireLease("okta-sync", owner: "one", seconds: 60))
            let run = SyncRun.manual(at: acme.clock.now)
            try await acme.store.show(run, lease: lease)

            try await acme.store.abandonRunningRuns()
            #expect(try await acme.store.syncRun(run.id)?.state == .running)

            acme.clock.advance(seconds: 61)
            try await acme.store.abandonRunningRuns()
            #expect(try await acme.store.syncRun(run.id)?.state == .failed)
        }
    }
}

extension Acme {
    @discardableResult
    fileprivate func conclude(
        _ state: SyncRun.State,
        _ more: (inout Conclusion) -> Void = { _ in }
    ) async throws -> SyncRun {
        let lease = try #require(try await store.acquireLease("okta-sync", owner: "one", seconds: 60))
        var conclusion = Conclusion(run: .manual(at: clock.now), state: state)
        more(&conclusion)
        return try await store.conclude(conclusion, lease: lease)
    }
}
