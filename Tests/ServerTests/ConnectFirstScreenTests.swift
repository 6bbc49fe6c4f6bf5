import Access
import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import SignIn
import Storage
import Synchronization
import Testing

@testable import ConnectServer

@Suite struct `Connect's first screen` {
    @Test func `names the networks of an address, and nothing else of them`() async throws {
        try await ConnectOffice.open { office in
            let answer = try await office.networks(for: "  Ana.Silva@ACME.example ")

            #expect(answer.status == .ok)
            #expect(
                answer.text
                    == #"{"networks":["Berlin"],"notice":null,"organisation":"acme.okta.com"}"#
            )
        }
    }

    @Test func `does not tell who has left from who was never here`() async throws {
        try await ConnectOffice.open { office in
            let active = try await office.networks(for: "ana.silva@acme.example")
            try await office.sync(.suspended)
            let suspended = try await office.networks(for: "ana.silva@acme.example")

            for email in [
                "nobody@acme.example", "ana.silva@elsewhere.example", "", "no address", "'; DROP TABLE users",
            ] {
                let other = try await office.networks(for: email)
                #expect(other.status == suspended.status)
                #expect(other.text == suspended.text)
                #expect(other.headers == suspended.headers)
            }
            #expect(suspended.status == active.status)
            #expect(suspended.headers[.cacheControl] == "no-store")
            #expect(suspended.headers[.setCookie] == nil)
            #expect(suspended.json("notice") == "No networks are listed for this address.")
            #expect(!suspended.text.contains("Berlin"))
        }
    }

    enum Loss: CaseIterable {
        case banned, suspended, outOfTheGroup, remoteAccessOff, siteRemoved
    }

    @Test(arguments: Loss.allCases)
    func `no longer names what the user lost`(loss: Loss) async throws {
        try await ConnectOffice.open { office in
            switch loss {
            case .banned: try await office.store.ban(ConnectOffice.ana, by: .commandLine("test"))
            case .suspended: try await office.sync(.suspended)
            case .outOfTheGroup: try await office.sync(.active, anaIsInEngineering: false)
            case .remoteAccessOff: try await office.store.setRemoteAccess(false, by: .commandLine("test"))
            case .siteRemoved: try await office.store.removeSite(office.berlin.id, by: .commandLine("test"))
            }

            #expect(try await office.networks(for: "ana.silva@acme.example").json("notice") != nil)
            #expect(try await !office.networks(for: "ana.silva@acme.example").text.contains("Berlin"))
        }
    }

    @Test func `may be asked thirty times at once, whatever the address`() async throws {
        try await ConnectOffice.open { office in
            let emails = (0..<40).map { $0.isMultiple(of: 2) ? "ana.silva@acme.example" : "nobody" }
            let answers = try await office.networks(forEachOf: emails)
            let taken = answers.filter { $0.status == .ok }.count
            let refusals = answers.filter { $0.status == .tooManyRequests }.map { $0.json("title") ?? "" }

            #expect(taken >= 30)
            #expect(taken + refusals.count == 40)
            #expect(Set(refusals) == ["Too many addresses were asked for from here."])
        }
    }

    @Test(arguments: [#"["#, #"{}"#, #"{"email": 1}"#, #""ana.silva@acme.example""#])
    func `refuses what is no question`(body: String) async throws {
        try await ConnectOffice.open { office in
            let answer = try await office.client.execute(
                uri: "/connect/v1/networks",
                method: .post,
                body: .init(string: body)
            )

            #expect(answer.status == .badRequest)
            #expect(answer.headers[.contentType] == "application/problem+json")
        }
    }

    @Test func `refuses a body without end`() async throws {
        try await ConnectOffice.open { office in
            let answer = try await office.networks(for: String(repeating: "a", count: 17 << 10))

            #expect(answer.status == .contentTooLarge)
        }
    }
}

@Suite struct `A source that asks for networks` {
    @Test func `may ask again once the time has passed`() async throws {
        let clock = MovedInstant()
        let limit = SourceLimit(now: clock.now)
        for _ in 0..<30 { try await limit.admit("192.0.2.7") }

        await #expect(throws: SignIn.Problem.self) { try await limit.admit("192.0.2.7") }
        try await limit.admit("192.0.2.8")
        clock.advance(.seconds(3))
        try await limit.admit("192.0.2.7")
        await #expect(throws: SignIn.Problem.self) { try await limit.admit("192.0.2.7") }
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.8", false), ("192.0.2.7", "::ffff:192.0.2.7", true), ("192.0.2.7", nil, false),
        ("2001:db8:1:2::", "2001:db8:1:2:3:4:5:6", true), ("2001:db8:1:2::", "2001:0DB8:1:2::9", true),
        ("2001:db8:1:2::", "2001:db8:1:3::", false), ("2001:db8:1:2::", "2001:db8:12::", false), (nil, nil, true),
    ])
    func `is an IPv4 address, or the network of an IPv6 address`(one: String?, other: String?, isSame: Bool) {
        #expect((SourceLimit.source(of: one) == SourceLimit.source(of: other)) == isSame)
    }
}

/// A monotonic clock that stands still until it is moved.
private final class MovedInstant: Sendable {
    private let time = Mutex(ContinuousClock.now)

    var now: @Sendable () -> ContinuousClock.Instant {
        { self.time.withLock { $0 } }
    }

    func advance(_ duration: Duration) {
        time.withLock { $0 += duration }
    }
}
