import Directory
import Okta
import Testing

@testable import Sync

@Suite struct `What a pull brings` {
    let engineering = OktaGroup(id: "00g-eng", name: "Engineering", type: "OKTA_GROUP", usersCount: 2)
    let sales = OktaGroup(id: "00g-sales", name: "Sales", type: "OKTA_GROUP")

    func user(_ id: String, status: String = "ACTIVE", email: String? = "someone@acme.example") -> OktaUser {
        OktaUser(id: id, status: status, login: "\(id)@acme.example", email: email)
    }

    @Test func `leaves out a new user without an e-mail, with a warning, and goes on`() {
        let pulled = Pulled(
            catalogue: OktaList(items: [engineering]),
            members: ["00g-eng": OktaList(items: [user("00u-ana", email: nil), user("00u-ben")])],
            kept: Snapshot()
        )

        #expect(pulled.snapshot.users.keys.map(\.rawValue) == ["00u-ben"])
        #expect(pulled.warnings == ["00u-ana@acme.example has no primary e-mail in Okta and was left out."])
    }

    @Test func `keeps a known user whose e-mail went missing, with the status that Okta gives`() {
        let ana = User(id: "00u-ana", status: .active, login: "00u-ana@acme.example", email: "ana@acme.example")
        let pulled = Pulled(
            catalogue: OktaList(items: [engineering]),
            members: ["00g-eng": OktaList(items: [user("00u-ana", status: "SUSPENDED", email: nil)])],
            kept: Snapshot(users: [ana.id: ana])
        )

        #expect(pulled.snapshot.users[ana.id]?.email == "ana@acme.example")
        #expect(pulled.snapshot.users[ana.id]?.status == .suspended)
        #expect(pulled.snapshot.members["00g-eng"] == [ana.id])
    }

    @Test(arguments: [("SUSPENDED", "ACTIVE"), ("ACTIVE", "SUSPENDED")])
    func `believes the answer that ends access, where two groups disagree`(first: String, second: String) {
        let pulled = Pulled(
            catalogue: OktaList(items: [engineering, sales]),
            members: [
                "00g-eng": OktaList(items: [user("00u-ana", status: first)]),
                "00g-sales": OktaList(items: [user("00u-ana", status: second)]),
            ],
            kept: Snapshot()
        )

        #expect(pulled.snapshot.users["00u-ana"]?.status == .suspended)
    }

    @Test func `is without a group that was deleted while it was read, for that group alone`() {
        let pulled = Pulled(
            catalogue: OktaList(items: [engineering, sales]),
            members: ["00g-eng": OktaList(items: [user("00u-ana")]), "00g-sales": nil],
            kept: Snapshot()
        )

        #expect(Set(pulled.snapshot.groups.keys.map(\.rawValue)) == ["00g-eng"])
        #expect(pulled.snapshot.members.count == 1)
        #expect(pulled.warnings == ["The group Sales was deleted in Okta while its members were read."])
    }

    @Test func `counts members as Okta does`() {
        let pulled = Pulled(catalogue: OktaList(items: [engineering, sales]), members: [:], kept: Snapshot())

        #expect(pulled.memberCounts == ["00g-eng": 2])
    }
}
