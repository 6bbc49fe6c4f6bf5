import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `The history of runs` {
    @Test(arguments: Backend.all)
    func `comes page by page, the newest first`(backend: Backend) async throws {
        try await backend.withStore { store, clock in
            var ids: [SyncRun.ID] = []
            for _ in 1...5 {
                clock.advance(seconds: 60)
                let run = SyncRun.manual(at: clock.now)
                let lease = try #require(try await store.acquireLease("okta-sync", owner: "a", seconds: 60))
                try await store.conclude(Conclusion(run: run, state: .failed), lease: lease)
                ids.insert(run.id, at: 0)
            }

            let first = try await store.syncRuns(page: 1, pageSize: 2)
            let last = try await store.syncRuns(page: 3, pageSize: 2)
            let beyond = try await store.syncRuns(page: 9, pageSize: 2)

            #expect(first.total == 5)
            #expect(first.runs.map(\.id) == Array(ids[0..<2]))
            #expect(last.runs.map(\.id) == [ids[4]])
            #expect(beyond.page == 3)
            #expect(beyond.runs.map(\.id) == [ids[4]])
        }
    }

    @Test(arguments: Backend.all)
    func `is empty before the first`(backend: Backend) async throws {
        try await backend.withStore { store, _ in
            let page = try await store.syncRuns(page: 1, pageSize: 50)

            #expect(page.runs.isEmpty)
            #expect(page.total == 0)
        }
    }
}

@Suite struct `The next synchronization` {
    @Test(arguments: Backend.all)
    func `is kept for 90 days, and longer while it waits for an answer`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let ended = try await acme.ended(.succeeded)
            acme.clock.advance(seconds: 1)
            let waiting = try await acme.ended(.held)
            acme.clock.advance(seconds: 91 * 86_400)
            let lease = try #require(try await acme.store.acquireLease("sync", owner: "tests", seconds: 60))
            try await acme.store.show(.manual(at: acme.clock.now), lease: lease)

            #expect(try await acme.store.syncRun(ended) == nil)
            #expect(try await acme.store.syncRun(waiting)?.state == .held)
        }
    }

    @Test(arguments: Backend.all)
    func `is due while Synchronization Status is ON, and never while it is OFF`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.setSynchronization(true, by: .system)
            let due = try #require(
                try await acme.store.claimDueSyncs(limit: 1, every: SyncIntervals(), owner: "a").first
            )
            let run = SyncRun.manual(at: acme.clock.now)
            var conclusion = Conclusion(run: run, state: .succeeded)
            conclusion.claim = due.claim
            try await acme.store.conclude(conclusion, lease: due.lease)

            let schedule = try await acme.store.syncSchedule()
            try await acme.store.setSynchronization(false, by: .system)
            let off = try await acme.store.syncSchedule()

            #expect(schedule?.nextLookAt == acme.clock.now.addingTimeInterval(60))
            #expect(schedule?.nextFullAt == acme.clock.now.addingTimeInterval(86_400))
            #expect(off == nil)
        }
    }
}

extension Acme {
    /// A full run that ended so.
    fileprivate func ended(_ state: SyncRun.State) async throws -> SyncRun.ID {
        let lease = try #require(try await store.acquireLease("sync", owner: "tests", seconds: 60))
        return try await store.conclude(Conclusion(run: .manual(at: clock.now), state: state), lease: lease).id
    }
}
