import Foundation
import Testing

@testable import Storage

@Suite struct `Who is refused` {
    private static func refusal(
        _ subject: String? = "ana@acme.example",
        from address: String = "192.0.2.7",
        because reason: String = "The password was wrong."
    ) -> SignInRefusal {
        SignInRefusal(at: .session, because: reason, of: subject, from: Origin(address: address, device: "Firefox"))
    }

    @Test(arguments: Backend.allCases)
    func `stands in an event, with step, reason, address and device`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.recordRefusal(Self.refusal())

            let event = try #require(try await acme.store.events(EventQuery(kind: .refused)).first)
            #expect(event.action == "sign-in.refused")
            #expect(event.actor == "timus")
            #expect(event.subject == "ana@acme.example")
            #expect(event.step == "session")
            #expect(event.reason == "The password was wrong.")
            #expect(event.address == "192.0.2.7")
            #expect(event.device == "Firefox")
            #expect(event.new == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a thousand times within a minute stands in two, the second with the number`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            for _ in 1...1000 { try await acme.store.recordRefusal(Self.refusal()) }
            #expect(try await acme.store.events(EventQuery(kind: .refused)).count == 1)

            acme.clock.advance(seconds: 59)
            try await acme.store.concludeRefusals()
            #expect(try await acme.store.events(EventQuery(kind: .refused)).count == 1)
            acme.clock.advance(seconds: 1)
            try await acme.store.concludeRefusals()

            let events = try await acme.store.events(EventQuery(kind: .refused))
            #expect(events.map(\.new) == ["999 times more within a minute", nil])
            #expect(events.map(\.subject) == ["ana@acme.example", "ana@acme.example"])
            acme.clock.advance(seconds: 61)
            try await acme.store.concludeRefusals()
            #expect(try await acme.store.events(EventQuery(kind: .refused)).count == 2)
            #expect(try await acme.store.verifyEvents().isWhole)
        }
    }

    @Test(arguments: Backend.allCases)
    func `under ever other names cannot fill the events, and hides nobody else`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            for number in 1...200 { try await acme.store.recordRefusal(Self.refusal("guess\(number)@acme.example")) }
            #expect(try await acme.store.events(EventQuery(kind: .refused, limit: 500)).count == 21)

            try await acme.store.recordRefusal(Self.refusal("ben@acme.example", from: "192.0.2.8"))

            let last = try #require(try await acme.store.events(EventQuery(kind: .refused, limit: 1)).first)
            #expect(last.subject == "ben@acme.example")
            acme.clock.advance(seconds: 60)
            try await acme.store.concludeRefusals()
            let together = try #require(try await acme.store.events(EventQuery(kind: .refused, limit: 1)).first)
            #expect(together.subject == "several")
            #expect(together.address == "192.0.2.7")
            #expect(together.new == "179 times more within a minute")
        }
    }

    @Test(arguments: Backend.allCases)
    func `from ever other addresses cannot fill the events either`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            for number in 0..<300 {
                try await acme.store.recordRefusal(
                    Self.refusal("guess\(number)", from: "10.1.\(number / 250).\(number % 250)")
                )
            }

            #expect(try await acme.store.events(EventQuery(kind: .refused, limit: 500)).count == 201)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is listed among the sign-ins, and found by address, device and reason`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.session(of: Acme.ana)
            try await acme.store.recordRefusal(Self.refusal(from: "2001:db8::7"))

            let signIns = try await acme.store.events(EventQuery(kind: .signIns))
            #expect(signIns.map(\.action) == ["sign-in.refused", "session.opened"])
            #expect(signIns.map(\.address) == ["2001:db8::7", "192.0.2.7"])
            #expect(signIns.map(\.device) == ["Firefox", "Firefox"])
            #expect(signIns.map(\.step) == ["session", "session"])
            for words in ["2001:DB8::7", "password was"] {
                #expect(try await acme.store.events(EventQuery(search: words)).map(\.action) == ["sign-in.refused"])
            }
            #expect(try await acme.store.events(EventQuery(search: "firefox")).count == 2)
        }
    }

    @Test func `is kept in bounds, whatever a stranger sends`() {
        let origin = Origin(address: nil, device: "a\u{0}\u{1B}[31m\r\nb" + String(repeating: "x", count: 5000))
        #expect(origin.device?.hasPrefix("a[31mb") == true)
        #expect(origin.device?.count == 200)
        #expect(Origin(address: nil, device: "\r\n").device == nil)
        let refusal = SignInRefusal(at: .session, because: "x", of: String(repeating: "y", count: 9999), from: origin)
        #expect(refusal.subject?.count == 254)
    }
}
