import Directory
import Testing

@Suite struct `Changes between two snapshots` {
    let ana = User(id: "00u-ana", status: .active, login: "ana.silva@acme.example", email: "ana.silva@acme.example")
    let ben = User(id: "00u-ben", status: .active, login: "ben@acme.example", email: "shared@acme.example")
    let engineering = Group(id: "00g-eng", name: "Engineering")
    let sales = Group(id: "00g-sales", name: "Sales")

    var kept: Snapshot {
        Snapshot(
            groups: [engineering.id: engineering, sales.id: sales],
            users: [ana.id: ana, ben.id: ben],
            members: [engineering.id: [ana.id], sales.id: [ben.id]]
        )
    }

    @Test func `are none where nothing changed`() {
        #expect(Changes(from: kept, to: kept).isEmpty)
    }

    @Test func `name everything the first time`() {
        let changes = Changes(from: Snapshot(), to: kept)

        #expect(changes.groups == [engineering, sales])
        #expect(changes.addedUsers == [ana, ben])
        #expect(changes.joined.count == 2)
        #expect(changes.left.isEmpty)
    }

    @Test func `show that a user left their last group`() {
        var pulled = kept
        pulled.members[engineering.id] = []
        pulled.users[ana.id] = nil

        let changes = Changes(from: kept, to: pulled)

        #expect(changes.left == [Membership(group: engineering.id, user: ana.id)])
        #expect(changes.changedUsers.isEmpty)
        #expect(changes.addedUsers.isEmpty)
    }

    @Test func `show a suspension though the membership stays`() {
        var pulled = kept
        pulled.users[ana.id]?.status = .suspended

        let changes = Changes(from: kept, to: pulled)

        #expect(changes.changedUsers.map(\.status) == [.suspended])
        #expect(changes.left.isEmpty)
    }

    @Test func `keep two users who share an e-mail apart`() {
        var pulled = kept
        pulled.users[ana.id]?.email = "shared@acme.example"

        #expect(Changes(from: kept, to: pulled).changedUsers.map(\.id) == [ana.id])
    }

    @Test func `treat a re-created user with the old e-mail as another user`() {
        let again = User(id: "00u-ana-2", status: .active, login: ana.login, email: ana.email)
        var pulled = kept
        pulled.users[ana.id] = nil
        pulled.users[again.id] = again
        pulled.members[engineering.id] = [again.id]

        let changes = Changes(from: kept, to: pulled)

        #expect(changes.addedUsers == [again])
        #expect(changes.joined == [Membership(group: engineering.id, user: again.id)])
        #expect(changes.left == [Membership(group: engineering.id, user: ana.id)])
    }

    @Test func `name a group that went missing and the members it leaves`() {
        var pulled = kept
        pulled.groups[sales.id] = nil
        pulled.members[sales.id] = nil

        let changes = Changes(from: kept, to: pulled)

        #expect(changes.missingGroups == [sales.id])
        #expect(changes.left == [Membership(group: sales.id, user: ben.id)])
    }

    @Test func `name a renamed group once`() {
        var pulled = kept
        pulled.groups[sales.id]?.name = "Field Sales"

        let changes = Changes(from: kept, to: pulled)

        #expect(changes.groups.map(\.name) == ["Field Sales"])
        #expect(changes.joined.isEmpty && changes.left.isEmpty)
    }
}
