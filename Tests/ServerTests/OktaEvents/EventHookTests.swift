import Access
import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import OktaSimulator
import SignIn
import Storage
import Testing

@testable import OktaEvents
@testable import Sync

@Suite struct `An event of Okta's` {
    @Test func `has the user read again whom it names, and is answered at once`() async throws {
        try await ManagerConsole.open { console in
            let ana = try #require(console.org.people(limit: 1) { $0.status == .active }.first).id

            let answer = try await console.post(try await console.delivery(Delivery.suspension(of: ana)))

            #expect(answer.status == .noContent)
            #expect(console.waiting == NamedObjects(users: [User.ID(ana.description)]))
        }
    }

    @Test func `ends the access of one who was suspended`() async throws {
        try await ManagerConsole.open { console in
            let people = console.org.people(limit: 3) { $0.status == .active }
            _ = try await console.connected(to: "Night shift", with: people)
            try console.org.suspend(people[0].id)
            let before = try await console.store.userCounts()[.active]

            _ = try await console.post(try await console.delivery(Delivery.suspension(of: people[0].id)))
            try await console.sync.run(console.waiting, of: console.store.organisation)

            #expect(before == 3)
            #expect(try await console.store.userCounts()[.active] == 2)
        }
    }

    @Test func `is read once, however often and in whatever delivery it comes`() async throws {
        try await ManagerConsole.open { console in
            let ana = try #require(console.org.people(limit: 1) { $0.status == .active }.first).id
            _ = try await console.post(try await console.delivery(Delivery.suspension(of: ana)))
            _ = console.waiting

            let again = try await console.post(try await console.delivery(Delivery.suspension(of: ana)))
            let elsewhere = try await console.post(
                try await console.delivery(Delivery.suspension(of: ana, id: "e2", uuid: "u1"))
            )

            #expect(again.status == .noContent)
            #expect(elsewhere.status == .noContent)
            #expect(console.waiting.isEmpty)
        }
    }

    @Test func `is noted with its time, after the answer`() async throws {
        try await ManagerConsole.open { console in
            _ = try await console.post(try await console.delivery(Delivery.suspension(of: console.org.anybody)))
            let before = try await console.store.eventHook()

            await console.events.writeNotes()
            let after = try await console.store.eventHook()

            #expect(before.lastEventAt == nil)
            #expect(after.lastEventAt != nil)
            #expect(after.lastEventType == "user.lifecycle.suspend")
        }
    }

    @Test(arguments: ["user.session.start", "user.account.expire_password", "something.new"])
    func `of another type is answered and ignored`(type: String) async throws {
        try await ManagerConsole.open { console in
            let body = Delivery.body(type, [("User", console.org.anybody.description)])

            let answer = try await console.post(try await console.delivery(body))
            await console.events.writeNotes()

            #expect(answer.status == .noContent)
            #expect(console.waiting.isEmpty)
            #expect(try await console.store.eventHook().lastEventAt == nil)
        }
    }

    @Test func `is answered while the database is away`() async throws {
        try await ManagerConsole.open { console in
            let delivery = try await console.delivery(Delivery.suspension(of: console.org.anybody))
            _ = try await console.post(delivery)
            await console.store.close()

            var next = delivery
            next.body = Delivery.suspension(of: console.org.anybody, id: "e2", uuid: "u2")
            let answer = try await console.post(next)

            #expect(answer.status == .noContent)
        }
    }
}

@Suite struct `Nobody but Okta is heard` {
    /// What somebody sends instead, and what comes of it.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let status: HTTPResponse.Status
        let change: @Sendable (inout Delivery) -> Void

        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "without a secret", status: .unauthorized) { $0.secret = nil },
        Row(name: "with an empty secret", status: .unauthorized) { $0.secret = "" },
        Row(name: "with a wrong secret", status: .unauthorized) { $0.secret = "x" + ($0.secret ?? "").dropFirst() },
        Row(name: "with a part of the secret", status: .unauthorized) { $0.secret?.removeLast() },
        Row(name: "with the secret as a bearer token", status: .unauthorized) {
            $0.secret = "Bearer " + ($0.secret ?? "")
        },
        Row(name: "at an address that no hook has", status: .notFound) { $0.hook = "nobody" },
        Row(name: "with the secret in place of the id", status: .notFound) { $0.hook = EventHook.ID($0.secret ?? "") },
        Row(name: "with more than 1 MiB", status: .contentTooLarge) {
            $0.body = ByteBuffer(repeating: UInt8(ascii: " "), count: OktaEventsRoutes.largest + 1)
        },
        Row(name: "without a body", status: .badRequest) { $0.body = ByteBuffer() },
        Row(name: "with a list", status: .badRequest) { $0.body = ByteBuffer(string: "[]") },
        Row(name: "with half of it", status: .badRequest) { $0.body = $0.body.getSlice(at: 0, length: 200) ?? $0.body },
        Row(name: "with no events", status: .badRequest) {
            $0.body = ByteBuffer(string: #"{"eventId":"e","data":{}}"#)
        },
        Row(name: "by another site's page", status: .forbidden) { $0.headers[.origin] = "https://evil.example" },
    ]

    @Test(arguments: rows)
    func `, so one who sends`(row: Row) async throws {
        try await ManagerConsole.open { console in
            let right = try await console.delivery(Delivery.suspension(of: console.org.anybody))
            var wrong = right
            row.change(&wrong)

            let refused = try await console.post(wrong)
            let queued = console.waiting
            await console.events.writeNotes()
            let noted = try await console.store.eventHook().lastEventAt
            let accepted = try await console.post(right)

            #expect(refused.status == row.status)
            #expect(refused.json("title") != nil)
            #expect(refused.json("detail") != nil)
            #expect(queued.isEmpty)
            #expect(noted == nil)
            #expect(accepted.status == .noContent)
        }
    }

    @Test func `, not even an administrator's own browser`() async throws {
        try await ManagerConsole.open { console in
            let rosa = try await console.browser()
            var delivery = try await console.delivery(Delivery.suspension(of: console.org.anybody))
            delivery.headers[.origin] = Acme.publicURL
            delivery.headers[.cookie] = rosa.cookies.map { "\($0.key)=\($0.value)" }.joined()

            let refused = try await console.post(delivery)

            #expect(refused.status == .forbidden)
            #expect(console.waiting.isEmpty)
        }
    }
}

@Suite struct `Okta verifies the address` {
    @Test func `and gets back what it sent`() async throws {
        try await ManagerConsole.open { console in
            let hook = try await console.store.eventHook()

            let answer = try await console.verify(hook.id, challenge: "a \"b\"")
            await console.events.writeNotes()

            #expect(hook.verifiedAt == nil)
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == "application/json")
            #expect(answer.json("verification") == "a \"b\"")
            #expect(try await console.store.eventHook().verifiedAt != nil)
        }
    }

    @Test func `of a hook that is there, and with a challenge`() async throws {
        try await ManagerConsole.open { console in
            let hook = try await console.store.eventHook().id

            #expect(try await console.verify("nobody", challenge: "a").status == .notFound)
            #expect(try await console.verify(hook, challenge: nil).status == .badRequest)
            await console.events.writeNotes()
            #expect(try await console.store.eventHook().verifiedAt == nil)
        }
    }
}

extension ManagerConsole {
    /// What waits to be read; it waits no more.
    fileprivate var waiting: NamedObjects {
        sync.events.takeAll().first { $0.key.id == store.organisation.id }?.value ?? NamedObjects()
    }

    fileprivate func verify(_ hook: EventHook.ID, challenge: String?) async throws -> TestResponse {
        var headers = HTTPFields()
        if let name = HTTPField.Name("X-Okta-Verification-Challenge") { headers[name] = challenge }
        return try await client.execute(uri: "/okta/events/\(hook)", method: .get, headers: headers)
    }
}

extension Org {
    fileprivate var anybody: Person.ID { people(limit: 1) { $0.status == .active }.map(\.id)[0] }
}
