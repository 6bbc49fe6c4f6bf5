import Access
import Directory
import OktaSimulator
import Storage
import Sync
import Testing

@Suite struct `The guard` {
    @Test(arguments: [(0, 10), (50, 10), (51, 10), (55, 11), (1_000, 200)])
    func `lets the larger of ten users and a fifth go missing`(usersWithAccess: Int, limit: Int) {
        #expect(Guard.limit(for: usersWithAccess) == limit)
    }

    @Test(arguments: [(10, true), (11, false)])
    func `counts the users who would lose their access because they are missing`(missing: Int, allowed: Bool) {
        let plan = plan(from: directory(of: 40), to: directory(of: 40 - missing))

        #expect(plan.usersGoneMissing.count == missing)
        #expect(Guard().allows(plan) == allowed)
    }

    @Test func `does not count those whose removal Okta states`() {
        var pulled = directory(of: 40)
        for id in pulled.users.keys { pulled.users[id]?.status = .suspended }

        #expect(Guard().allows(plan(from: directory(of: 40), to: pulled)))
    }

    @Test func `does not count those who only change groups`() {
        var pulled = directory(of: 40)
        pulled.groups["00g-b"] = Group(id: "00g-b", name: "B")
        pulled.members["00g-b"] = pulled.members["00g-a"]
        pulled.members["00g-a"] = []

        #expect(plan(from: directory(of: 40), to: pulled).usersGoneMissing.isEmpty)
    }

    @Test func `lets through what was approved, and no more`() {
        let plan = plan(from: directory(of: 40), to: directory(of: 0))

        #expect(Guard(approved: Set(plan.usersGoneMissing)).allows(plan))
        #expect(!Guard(approved: Set(plan.usersGoneMissing.prefix(20))).allows(plan))
    }

    @Test func `holds a run for approval where a group reads empty with status 200`() async throws {
        try await Acme.run(crowd: 30) { acme in
            try await acme.sync()
            acme.org.faults.add(.init(.emptyList, at: "/api/v1/groups/\(acme.sales)/users"))

            let run = try await acme.sync()

            #expect(run.state == .held)
            #expect(try await acme.reachesBerlin(acme.chloe))
            #expect(run.changes?.left.count == 31)
        }
    }

    @Test func `never lets a suspension wait, though removals of the same run do`() async throws {
        try await Acme.run(crowd: 30) { acme in
            try await acme.sync()
            acme.org.faults.add(.init(.emptyList, at: "/api/v1/groups/\(acme.sales)/users"))
            try acme.org.suspend(acme.ana)

            let run = try await acme.sync()

            #expect(run.state == .held)
            #expect(try await !acme.reachesBerlin(acme.ana))
            #expect(try await acme.reachesBerlin(acme.chloe))
        }
    }

    @Test func `never lets a suspension wait, though the suspended are in no group any more`() async throws {
        try await Acme.run(crowd: 30) { acme in
            try await acme.sync()
            try acme.org.suspend(acme.chloe)
            try acme.org.deleteGroup(acme.sales)

            let run = try await acme.sync()

            #expect(run.state == .held)
            #expect(try await !acme.reachesBerlin(acme.chloe))
            #expect(run.counts.membershipsRemoved == 1)
        }
    }

    @Test func `keeps the run that waits, when the next one says the same`() async throws {
        try await Acme.run(crowd: 30) { acme in
            try await acme.sync()
            acme.org.faults.add(.init(.emptyList, at: "/api/v1/groups/\(acme.sales)/users"))
            let held = try await acme.sync()

            try await acme.sync()

            #expect(try await acme.store.heldRun()?.id == held.id)
        }
    }

    @Test func `applies a held run's removals once an administrator approved them`() async throws {
        try await Acme.run(crowd: 30) { acme in
            try await acme.sync()
            acme.org.faults.add(.init(.emptyList, at: "/api/v1/groups/\(acme.sales)/users"))
            let held = try await acme.sync()

            try await acme.engine.approve(held.id, by: .system)
            let run = try await acme.sync()

            #expect(run.state == .succeeded)
            #expect(try await !acme.reachesBerlin(acme.chloe))
            #expect(try await acme.reachesBerlin(acme.ana))
            await #expect(throws: SyncError.notHeld) { try await acme.engine.approve(held.id, by: .system) }
        }
    }

    private func plan(from kept: Snapshot, to now: Snapshot) -> SyncPlan {
        var comparison = Comparison(with: Reading(now))
        comparison.keep(kept)
        return SyncPlan(comparison.outcome(), usersWithAccess: kept.users.count)
    }

    private func directory(of users: Int) -> Snapshot {
        var snapshot = Snapshot(groups: ["00g-a": Group(id: "00g-a", name: "A")], members: ["00g-a": []])
        for number in 0..<users {
            let user = User(
                id: User.ID("00u\(number)"),
                status: .active,
                login: "u\(number)@x.example",
                email: "u@x.example"
            )
            snapshot.users[user.id] = user
            snapshot.members["00g-a"]?.insert(user.id)
        }
        return snapshot
    }
}
