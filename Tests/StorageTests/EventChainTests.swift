import Foundation
import Testing

@testable import Storage

@Suite struct `The chain of events` {
    @Test(arguments: Backend.allCases)
    func `holds for those that were written before events said where they came from`(
        _ backend: Backend
    ) async throws {
        try await backend.withStore { store, clock in
            // As the program before migration 7 wrote them; hashed by another program.
            let first = "e5304aebf5b58bcc10329b618adf5af0792aacb1a7b15709397ff2c99732bd42"
            let second = "5d0afe3947fa7d47a1e8b156e5da6f14f76feca945ca39031320627bb008c441"
            let organisation = store.organisation.id
            try await store.write { (transaction) throws(StoreError) -> Void in
                try transaction.run(
                    """
                    INSERT INTO audit_event (organisation_id, event_id, at, actor, action, subject, old_value, new_value,
                        previous_hash, hash)
                    VALUES (\(organisation), 1, 1750000000000, 'olga@acme.example', 'site.added', 'Berlin', NULL,
                        'Berlin, 10.20.0.0/16', '', \(first)),
                    (\(organisation), 2, 1750000001000, 'ana@acme.example', 'session.opened', 'ana@acme.example', NULL,
                        'account, from 192.0.2.7, Firefox', \(first), \(second))
                    """
                )
                try transaction.run("INSERT INTO audit_head VALUES (\(organisation), 2, \(second))")
            }
            #expect(try await store.verifyEvents() == ChainCheck(last: 2, broken: nil))

            clock.advance(seconds: 2)
            try await store.recordRefusal(
                SignInRefusal(
                    at: .policy,
                    because: "Not assigned.",
                    of: "Ana",
                    from: Origin(address: "192.0.2.7")
                )
            )

            #expect(try await store.verifyEvents() == ChainCheck(last: 3, broken: nil))
            let event = try #require(try await store.events(EventQuery(limit: 1)).first)
            #expect(event.hash == "636eb505dff393f3d2bbb81e1f7c517c2fcb467ee7bc2ac9a526a847e24c2750")
        }
    }

    @Test(arguments: Backend.allCases)
    func `with the last cut off is whole by itself, and not beside a head kept elsewhere`(
        _ backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            let head = try #require(try await acme.store.eventHead())
            #expect(try await acme.store.verifyEvents(holding: head).isWhole)

            try await acme.store.write { (transaction) throws(StoreError) -> Void in
                try transaction.run("DELETE FROM audit_event WHERE event_id > \(head.id - 2)")
                try transaction.run(
                    """
                    UPDATE audit_head SET event_id = \(head.id - 2),
                        hash = (SELECT hash FROM audit_event WHERE event_id = \(head.id - 2))
                    """
                )
            }

            #expect(try await acme.store.verifyEvents() == ChainCheck(last: head.id - 2, broken: nil))
            #expect(
                try await acme.store.verifyEvents(holding: head)
                    == ChainCheck(last: head.id - 2, broken: head.id - 1)
            )
        }
    }

    @Test(arguments: Backend.allCases)
    func `written anew is whole by itself, and not beside a head kept elsewhere`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let head = try #require(try await acme.store.eventHead())
            try await acme.store.rewriteEvents(from: 3, actor: "nobody")

            #expect(try await acme.store.verifyEvents().isWhole)
            let check = try await acme.store.verifyEvents(holding: head)
            #expect(check.broken == head.id)
        }
    }

    @Test(arguments: Backend.allCases)
    func `shows an event that was copied to the end`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let head = try #require(try await acme.store.eventHead())
            try await acme.store.write { (transaction) throws(StoreError) -> Void in
                try transaction.run(
                    """
                    INSERT INTO audit_event (organisation_id, event_id, at, actor, action, subject, old_value, new_value,
                        previous_hash, hash)
                    SELECT organisation_id, \(head.id + 1), at, actor, action, subject, old_value, new_value,
                        previous_hash, hash FROM audit_event WHERE event_id = 4
                    """
                )
            }

            #expect(try await acme.store.verifyEvents().broken == head.id + 1)
        }
    }

    @Test func `has a head that is read as it is written`() {
        let head = EventHead(id: 12, hash: String(repeating: "0a", count: 32))
        #expect(EventHead(head.text) == head)
        for text in ["", "12", "12:", "0:" + head.hash, "-1:" + head.hash, "12:" + head.hash + ":", "x:" + head.hash] {
            #expect(EventHead(text) == nil, "\(text)")
        }
    }

    @Test(arguments: Backend.allCases)
    func `is handed out from the first to the last, page by page, and by time`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let count = try await acme.actions().count
            let noon = acme.clock.now
            acme.clock.advance(seconds: 10)
            _ = try await acme.owner()

            let first = try await acme.store.events(in: EventSpan(), limit: 4)
            let rest = try await acme.store.events(in: EventSpan(), after: 4)
            #expect((first + rest).map(\.id) == Array(1...Int64(count + 1)))
            let later = try await acme.store.events(in: EventSpan(since: noon.addingTimeInterval(1)))
            #expect(later.map(\.action) == ["administrator.added"])
            let earlier = try await acme.store.events(in: EventSpan(until: noon.addingTimeInterval(1)))
            #expect(earlier.count == count)
        }
    }
}

extension Store {
    /// What somebody does who may write the database and knows how the chain is made.
    fileprivate func rewriteEvents(from first: Int64, actor: String) async throws {
        let all = try await events(in: EventSpan())
        try await write { (transaction) throws(StoreError) -> Void in
            var previous = all.last { $0.id < first }?.hash ?? ""
            for event in all where event.id >= first {
                let forged = Event(
                    id: event.id,
                    at: event.at,
                    actor: actor,
                    action: event.action,
                    subject: event.subject,
                    old: event.old,
                    new: event.new,
                    address: event.address,
                    device: event.device,
                    step: event.step,
                    reason: event.reason,
                    hash: ""
                ).chained(to: previous)
                try transaction.run(
                    """
                    UPDATE audit_event SET actor = \(actor), previous_hash = \(previous), hash = \(forged.hash)
                    WHERE event_id = \(event.id)
                    """
                )
                previous = forged.hash
            }
            try transaction.run("UPDATE audit_head SET hash = \(previous)")
        }
    }
}
