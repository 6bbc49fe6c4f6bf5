import Access
import Directory
import Foundation
import OktaSimulator
import Storage
import Sync
import Testing

@Suite struct `An incremental sync` {
    @Test func `is two requests where nothing changed`() async throws {
        try await Acme.run { acme in
            try await acme.syncInAMinuteOfItsOwn()
            acme.org.requests.clear()

            let run = try await acme.sync(.incremental)

            #expect(run.state == .succeeded)
            #expect(acme.org.requests.count(of: "/api/v1") == 2)
        }
    }

    @Test func `reads everything the first time`() async throws {
        try await Acme.run { acme in
            let run = try await acme.sync(.incremental)

            #expect(run.counts.usersAdded == 3)
            #expect(try await acme.reachesBerlin(acme.chloe))
        }
    }

    @Test func `takes a suspended user's access with the same two requests`() async throws {
        try await Acme.run { acme in
            try await acme.syncInAMinuteOfItsOwn()
            try acme.org.suspend(acme.ana)
            acme.org.requests.clear()

            let run = try await acme.sync(.incremental)

            #expect(run.counts.usersChanged == 1)
            #expect(acme.org.requests.count(of: "/api/v1") == 2)
            #expect(try await !acme.reachesBerlin(acme.ana))
        }
    }

    @Test func `reads the members of the groups that changed, and of no other`() async throws {
        try await Acme.run { acme in
            try await acme.syncInAMinuteOfItsOwn()
            try acme.org.addMember(acme.ana, to: acme.sales)
            acme.org.requests.clear()

            let run = try await acme.sync(.incremental)

            #expect(run.counts.membershipsAdded == 1)
            #expect(run.counts.membershipsRemoved == 0)
            #expect(acme.org.requests.count(of: "/api/v1/groups/\(acme.sales)/users") == 1)
            #expect(acme.org.requests.count(of: "/api/v1/groups/\(acme.engineering)/users") == 0)
            #expect(try await acme.facts(acme.ana)?.groups.count == 2)
        }
    }

    @Test func `takes the access of a user who leaves their last group, and says through which run`() async throws {
        try await Acme.run { acme in
            try await acme.syncInAMinuteOfItsOwn()
            try acme.org.removeMember(acme.chloe, from: acme.sales)

            let run = try await acme.sync(.incremental)

            #expect(run.counts.usersLeft == 1)
            #expect(try await !acme.reachesBerlin(acme.chloe))
            let history = try await acme.store.accessHistory(of: User.ID(acme.chloe.description))
            #expect(history.map(\.act) == [.left(group: "Sales"), .joined(group: "Sales")])
            #expect(history.first?.run == run.id)
            #expect(history.last?.run != nil && history.last?.run != run.id)
        }
    }

    @Test func `brings nobody whose profile changed outside the chosen groups`() async throws {
        try await Acme.run(choosing: false) { acme in
            try await acme.choose(acme.engineering)
            try await acme.syncInAMinuteOfItsOwn()
            try acme.org.suspend(acme.chloe)

            let run = try await acme.sync(.incremental)

            #expect(run.counts.usersAdded == 0)
            #expect(try await acme.facts(acme.chloe) == nil)
        }
    }

    @Test func `reads the members of a group that was chosen since`() async throws {
        try await Acme.run(choosing: false) { acme in
            try await acme.choose(acme.engineering)
            try await acme.syncInAMinuteOfItsOwn()
            try await acme.choose(acme.engineering, acme.sales)

            let run = try await acme.sync(.incremental)

            #expect(run.counts.usersAdded == 1)
            #expect(run.counts.requests == 3)
            #expect(try await acme.reachesBerlin(acme.chloe))
        }
    }

    @Test func `sees what changed in the second in which it was read before`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            try acme.org.removeMember(acme.ana, from: acme.engineering)
            try await acme.sync(.incremental)
            try acme.org.removeMember(acme.ben, from: acme.engineering)
            try await acme.sync(.incremental)

            #expect(try await !acme.reachesBerlin(acme.ana))
            #expect(try await !acme.reachesBerlin(acme.ben))
        }
    }

    @Test func `leaves a row in the history only where it found something, or somebody asked`() async throws {
        try await Acme.run { acme in
            try await acme.syncInAMinuteOfItsOwn()
            let runs = try await acme.store.syncRuns(limit: 10).count

            _ = try await acme.engine.run(.incremental, trigger: .schedule, requestedBy: nil)
            #expect(try await acme.store.syncRuns(limit: 10).count == runs)

            try acme.org.suspend(acme.ana)
            _ = try await acme.engine.run(.incremental, trigger: .schedule, requestedBy: nil)
            #expect(try await acme.store.syncRuns(limit: 10).count == runs + 1)
        }
    }

    @Test func `waits for approval where many go missing, and again until that is answered`() async throws {
        try await Acme.run(crowd: 30) { acme in
            try await acme.syncInAMinuteOfItsOwn()
            for person in try acme.org.members(of: acme.sales, after: nil, limit: 100) where person.id != acme.chloe {
                try acme.org.removeMember(person.id, from: acme.sales)
            }

            let held = try await acme.sync(.incremental)
            #expect(held.state == .held)
            _ = try await acme.engine.run(.incremental, trigger: .schedule, requestedBy: nil)
            #expect(try await acme.store.heldRun()?.id == held.id)
            #expect(try await acme.store.oktaIntegration()?.status == .warning)

            try await acme.engine.approve(held.id, by: .system)
            let run = try await acme.sync(.incremental)

            #expect(run.state == .succeeded)
            #expect(run.counts.membershipsRemoved == 30)
            #expect(try await acme.store.oktaIntegration()?.status == .active)
        }
    }
}

extension Acme {
    /// Okta's clock counts whole seconds, and what changed in the second of a reading is read again: here nothing changes
    /// in that second, before or after it.
    /// A full sync long after everything that happened before, and before everything that happens next.
    fileprivate func syncInAMinuteOfItsOwn() async throws {
        org.clockOffset += 61
        try await sync()
        org.clockOffset += 61
    }
}
