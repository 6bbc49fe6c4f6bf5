import Foundation
import HTTPTypes
import Testing

@testable import OktaSimulator

@Suite(.timeLimit(.minutes(1))) struct `An event hook is told` {
    /// An org whose hook points at a receiver that gives these answers first, both running.
    private func withHook(
        _ answers: [HookReceiver.Answer] = [],
        _ body: @escaping @Sendable (Org, Org.EventHook, HookReceiver) async throws -> Void
    ) async throws {
        try await HookReceiver.run(answers) { receiver in
            let org = Org.acme()
            org.eventHookConduct.timeout = .milliseconds(300)
            let hook = try org.addHook(receiver)
            try await withSimulator(org) { _ in try await body(org, hook, receiver) }
        }
    }

    @Test func `what happened, in Okta's envelope, with its headers`() async throws {
        try await withHook { org, hook, receiver in
            let ana = try #require(org.person(login: "ana.silva@acme.example"))
            try org.suspend(ana.id)
            let delivery = try #require(await receiver.deliveries(1).first)

            #expect(delivery.headers[.authorization] == "Bearer secret")
            #expect(delivery.headers[.contentType] == "application/json")
            #expect(delivery.json?["eventType"]?.string == "com.okta.event_hook")
            #expect(delivery.json?["cloudEventsVersion"]?.string == "0.1")
            #expect(delivery.json?["source"]?.string == "\(org.origin)/api/v1/eventHooks/\(hook.id)")
            let event = try #require(delivery.events.first)
            #expect(event["eventType"]?.string == "user.lifecycle.suspend")
            #expect(event["target"]?.array?.first?["type"]?.string == "User")
            #expect(event["target"]?.array?.first?["id"]?.string == ana.id.description)
            #expect(event["outcome"]?["result"]?.string == "SUCCESS")
        }
    }

    @Test func `of who joined what, the user first`() async throws {
        try await withHook { org, _, receiver in
            let ana = try #require(org.person(login: "ana.silva@acme.example"))
            let group = try org.createGroup("Berlin")
            try org.addMember(ana.id, to: group.id)
            while receiver.deliveries.flatMap(\.events).count < 2 { await Task.yield() }

            let joined = receiver.deliveries.flatMap(\.events).first {
                $0["eventType"]?.string == "group.user_membership.add"
            }
            let targets = joined?["target"]?.array ?? []
            #expect(targets.map { $0["type"]?.string } == ["User", "UserGroup"])
            #expect(targets.map { $0["id"]?.string } == [ana.id.description, group.id.description])
        }
    }

    @Test func `nothing that it did not ask for, nor while it is unverified or inactive`() async throws {
        try await withHook { org, hook, receiver in
            let ana = try #require(org.person(login: "ana.silva@acme.example"))
            try org.lockOut(ana.id)
            try org.setActive(false, eventHook: hook.id)
            try org.createGroup("While inactive")
            try org.setActive(true, eventHook: hook.id)
            var elsewhere = hook.settings
            elsewhere.headers = []
            try org.replaceEventHook(hook.id, elsewhere)
            try org.createGroup("While unverified")
            try await org.verifyEventHook(hook.id)
            let group = try org.createGroup("Heard")

            let delivery = try #require(await receiver.deliveries(1).first)
            #expect(delivery.targets == [group.id.description])
        }
    }

    @Test(
        arguments: [
            ([HookReceiver.Answer.status(204)], ["1 204 delivered"]),
            ([.status(500)], ["1 500 failed", "2 200 delivered"]),
            ([.status(503), .status(502)], ["1 503 failed", "2 502 failed"]),
            ([.silence], ["1 - timed-out", "2 200 delivered"]),
            ([.silence, .silence], ["1 - timed-out", "2 - timed-out"]),
            ([.status(400)], ["1 400 refused"]), ([.status(429)], ["1 429 refused"]),
            ([.redirection], ["1 302 refused"]),
        ]
    )
    func `a second time after silence or a 5xx, and never a third`(
        answers: [HookReceiver.Answer],
        attempts: [String]
    ) async throws {
        try await withHook(answers) { org, _, receiver in
            try org.createGroup("Berlin")
            _ = await org.attempts(attempts.count)
            // Comes after anything that would still be tried.
            try org.createGroup("Paris")
            let all = await org.attempts(attempts.count + 1)

            let first = all.filter { $0.eventID == all[0].eventID }
            #expect(first.map(\.line) == attempts)
            #expect(all.last?.line == "1 200 delivered")
            #expect(Set(receiver.deliveries.map(\.eventID)).count == 2)
        }
    }

    @Test func `a second time where nobody listens`() async throws {
        let org = Org()
        let hook = try org.createEventHook(
            .init(name: "Nobody", uri: "http://127.0.0.1:9/hook", events: ["group.lifecycle.create"]),
            by: org.administrator
        )
        try org.markVerified(hook.id)
        try await withSimulator(org) { _ in
            try org.createGroup("Berlin")

            #expect(await org.attempts(2).map(\.line) == ["1 - unreachable", "2 - unreachable"])
        }
    }

    @Test func `twice, or never, where the control API says so`() async throws {
        try await withHook { org, _, receiver in
            org.eventHookConduct.duplicatePercent = 100
            try org.createGroup("Twice")
            let twice = await org.attempts(2)
            org.eventHookConduct.duplicatePercent = 0
            org.eventHookConduct.dropPercent = 100
            try org.createGroup("Never")
            let dropped = await org.attempts(3).last

            #expect(twice.allSatisfy { $0.outcome == .delivered && $0.eventID == twice[0].eventID })
            #expect(dropped?.line == "0 - dropped")
            #expect(receiver.deliveries.count == 2)
        }
    }

    @Test func `each event by itself in any order, where the control API says so`() async throws {
        try await withHook { org, _, receiver in
            org.eventHookConduct.shuffles = true
            org.eventHookConduct.delay = .milliseconds(200)
            let groups = try (1...12).map { try org.createGroup("Group \($0)").id.description }
            let deliveries = await receiver.deliveries(12)

            #expect(deliveries.allSatisfy { $0.events.count == 1 })
            #expect(deliveries.flatMap(\.targets) != groups)
            #expect(Set(deliveries.flatMap(\.targets)) == Set(groups))
        }
    }

    @Test func `what waited while the org was away`() async throws {
        try await HookReceiver.run { receiver in
            let org = Org()
            _ = try org.addHook(receiver)
            try await withSimulator(org) { _ in
                try org.createGroup("Before")
                _ = await receiver.deliveries(1)
            }
            let group = try org.createGroup("Between")
            try await withSimulator(org) { _ in
                let delivery = await receiver.deliveries(2).last

                #expect(delivery?.targets == [group.id.description])
            }
        }
    }

    @Test func `many things at once`() async throws {
        try await withHook { org, _, receiver in
            org.eventHookConduct.timeout = .seconds(3)
            let group = try org.createGroup("Many")
            let people = org.people { _ in true }.map(\.id)
            try org.addMembers(people, to: group.id)
            while receiver.deliveries.flatMap(\.events).count < people.count + 1 { await Task.yield() }

            let joined = receiver.deliveries.flatMap(\.targets).filter { $0 != group.id.description }
            #expect(Set(joined) == Set(people.map(\.description)))
            #expect(receiver.deliveries.count < people.count / 10)
        }
    }
}

extension Org.EventHookDelivery {
    fileprivate var line: String { "\(attempt) \(status.map(String.init) ?? "-") \(outcome.rawValue)" }
}
