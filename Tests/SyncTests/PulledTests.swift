import Directory
import Okta
import Storage
import Testing

@testable import Sync

@Suite struct `What a pull brings` {
    let engineering = OktaGroup(id: "00g-eng", name: "Engineering", type: "OKTA_GROUP", usersCount: 2)
    let sales = OktaGroup(id: "00g-sales", name: "Sales", type: "OKTA_GROUP")

    func user(_ id: String, status: String = "ACTIVE", email: String? = "someone@acme.example") -> OktaUser {
        OktaUser(id: id, status: status, login: "\(id)@acme.example", email: email)
    }

    /// What a full pull brings that read these members; nil for a group that went while it was read.
    func pulled(_ groups: [OktaGroup], _ members: [(Group.ID, [OktaUser]?)]) -> Pulled {
        var pulled = Pulled(hasWholeCatalogue: true)
        pulled.add(OktaList(items: groups))
        for (group, users) in members {
            pulled.add(users.map { .members(GroupMembers(OktaList(items: $0), count: nil)) } ?? .gone, of: group)
        }
        return pulled
    }

    func plan(_ pulled: Pulled, kept: Snapshot = Snapshot()) -> SyncPlan {
        var comparison = Comparison(with: pulled.reading)
        comparison.keep(kept)
        return SyncPlan(comparison.outcome(), usersWithAccess: 0)
    }

    @Test func `leaves out a new user without an e-mail, with a warning, and goes on`() {
        let pulled = pulled([engineering], [("00g-eng", [user("00u-ana", email: nil), user("00u-ben")])])

        let plan = plan(pulled)

        #expect(plan.changes.addedUsers.map(\.id) == ["00u-ben"])
        #expect(plan.changes.joined.map(\.user) == ["00u-ben"])
        #expect(plan.warnings == ["00u-ana@acme.example has no primary e-mail in Okta and was left out."])
    }

    @Test func `keeps a known user whose e-mail went missing, with the status that Okta gives`() {
        let ana = User(id: "00u-ana", status: .active, login: "00u-ana@acme.example", email: "ana@acme.example")
        let kept = Snapshot(
            groups: ["00g-eng": Group(engineering)],
            users: [ana.id: ana],
            members: ["00g-eng": [ana.id]]
        )
        let pulled = pulled([engineering], [("00g-eng", [user("00u-ana", status: "SUSPENDED", email: nil)])])

        let plan = plan(pulled, kept: kept)

        #expect(plan.changes.changedUsers.map(\.email) == ["ana@acme.example"])
        #expect(plan.changes.changedUsers.map(\.status) == [.suspended])
        #expect(plan.changes.left.isEmpty)
        #expect(plan.warnings.isEmpty)
    }

    @Test(arguments: [("SUSPENDED", "ACTIVE"), ("ACTIVE", "SUSPENDED")])
    func `believes the answer that ends access, where two groups disagree`(first: String, second: String) {
        let pulled = pulled(
            [engineering, sales],
            [("00g-eng", [user("00u-ana", status: first)]), ("00g-sales", [user("00u-ana", status: second)])]
        )

        #expect(pulled.reading.user("00u-ana")?.status == .suspended)
    }

    @Test func `is without a group that was deleted while it was read, for that group alone`() {
        let pulled = pulled([engineering, sales], [("00g-eng", [user("00u-ana")]), ("00g-sales", nil)])

        #expect(Set(pulled.reading.groups.keys.map(\.rawValue)) == ["00g-eng"])
        #expect(pulled.reading.groupsWithMembers.count == 1)
        #expect(pulled.warnings == ["The group Sales was deleted in Okta while its members were read."])
    }

    @Test func `takes nothing from a known user of whom Okta said what cannot be read`() {
        let ana = User(id: "00u-ana", status: .active, login: "ana@acme.example", email: "ana@acme.example")
        let kept = Snapshot(
            groups: ["00g-eng": Group(engineering)],
            users: [ana.id: ana],
            members: ["00g-eng": [ana.id]]
        )
        var list = OktaList<OktaUser>(items: [], notes: ["User 00u-ana was skipped."])
        list.unreadable = ["00u-ana"]
        var pulled = pulled([engineering], [])
        pulled.add(.members(GroupMembers(list, count: nil)), of: "00g-eng")

        #expect(plan(pulled, kept: kept).changes.isEmpty)
        #expect(pulled.warnings == ["User 00u-ana was skipped."])
    }

    @Test func `counts members as Okta does`() {
        #expect(pulled([engineering, sales], []).stamp.memberCounts == ["00g-eng": 2])
    }
}
