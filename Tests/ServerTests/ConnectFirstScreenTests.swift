import Access
import ConnectAPI
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
            let known = #"{"networks":["Berlin"],"notice":null,"organisation":"acme.okta.com","padding":""#
            #expect(answer.text.hasPrefix(known))
            #expect(answer.text.dropFirst(known.count).drop { $0 == "." } == #"","shown":"networks"}"#)
            #expect(answer.body.readableBytes == NetworkNames.bucket)
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
            #expect(suspended.headers == active.headers)
            #expect(suspended.body.readableBytes == active.body.readableBytes)
            #expect(suspended.headers[.cacheControl] == "no-store, no-transform")
            #expect(suspended.headers[.setCookie] == nil)
            #expect(suspended.json("notice") == "No networks are listed for this address.")
            #expect(!suspended.text.contains("Berlin"))
        }
    }

    @Test func `tells of one address ten times a minute, and then as of an unknown one`() async throws {
        try await ConnectOffice.open { office in
            let unknown = try await office.networks(for: "nobody@acme.example")

            let answers = try await office.networks(
                forEachOf: (0..<14).map { $0.isMultiple(of: 2) ? "ana.silva@acme.example" : " ANA.SILVA@acme.example" }
            )

            #expect(answers.filter { $0.text.contains("Berlin") }.count == 10)
            #expect(answers.filter { $0.text == unknown.text }.count == 4)
            #expect(answers.allSatisfy { $0.status == .ok && $0.headers == unknown.headers })
            // That she is asked for keeps neither others nor her own device waiting.
            #expect(try await office.networks(for: "ben.okoro@acme.example").text.contains("Lisbon"))
            let token = try await office.deviceToken()
            let known = try await office.networks(for: "ana.silva@acme.example", deviceToken: token)
            #expect(known.text.contains("Berlin"))
        }
    }

    @Test func `shows only the organisation's name to unknown devices, where that is chosen`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.deviceToken()
            let bens = try await office.deviceToken(of: ConnectOffice.ben, key: 11)
            try await office.store.setFirstScreen(.organisation, by: .commandLine("test"))
            let unknown = try await office.networks(for: "nobody@acme.example")

            let known = try await office.networks(for: "ana.silva@acme.example", deviceToken: token)
            let others = [
                try await office.networks(for: "ana.silva@acme.example"),
                try await office.networks(for: "ana.silva@acme.example", deviceToken: bens),
                try await office.networks(for: "ana.silva@acme.example", deviceToken: "guess"),
                try await office.networks(for: "ben.okoro@acme.example", deviceToken: token),
            ]

            #expect(unknown.json("notice") == "Your networks are shown after the sign-in.")
            #expect(unknown.json("shown") == "organisation")
            #expect(known.text.contains("Berlin"))
            #expect(known.headers == unknown.headers)
            #expect(known.body.readableBytes == unknown.body.readableBytes)
            for other in others {
                #expect(other.text == unknown.text)
                #expect(other.headers == unknown.headers)
            }
        }
    }

    @Test func `knows a device until it is removed`() async throws {
        try await ConnectOffice.open { office in
            try await office.store.setFirstScreen(.organisation, by: .commandLine("test"))
            let token = try await office.deviceToken()
            let known = try await office.networks(for: "ana.silva@acme.example", deviceToken: token)
            #expect(known.text.contains("Berlin"))

            let devices = try await office.store.devices(of: ConnectOffice.ana)
            try await office.store.removeDevice(devices[0].id, by: .commandLine("test"))

            let after = try await office.networks(for: "ana.silva@acme.example", deviceToken: token)
            #expect(after.text == (try await office.networks(for: "nobody@acme.example").text))
        }
    }

    @Test func `answers in one length, however many names an address has`() async throws {
        try await ConnectOffice.open { office in
            for number in 1...150 {
                let name = "\(String(repeating: "Site", count: 8)) \(number)"
                let site = try await office.store.addSite(
                    name: name,
                    addressRange: AddressRange("172.16.\(number).0/24"),
                    by: .commandLine("test")
                )
                try await office.store.setOverride(
                    user: ConnectOffice.ana,
                    site: site.id,
                    effect: .allow,
                    by: .commandLine("test")
                )
            }

            let ana = try await office.networks(for: "ana.silva@acme.example")
            let ben = try await office.networks(for: "ben.okoro@acme.example")
            let nobody = try await office.networks(for: "nobody@acme.example")

            #expect(ana.body.readableBytes == 2 * NetworkNames.bucket)
            #expect(ben.body.readableBytes == ana.body.readableBytes)
            #expect(nobody.body.readableBytes == ana.body.readableBytes)
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

    @Test(arguments: [
        #"["#, #"{}"#, #"{"email": 1}"#, #""ana.silva@acme.example""#,
        #"{"email": "ana.silva@acme.example", "device_token": 1}"#, #"{"email": "\ud800"}"#,
    ])
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
        #expect((NetworkSource.of(one) == NetworkSource.of(other)) == isSame)
    }
}

@Suite struct `A source that tries many addresses` {
    private static func email(_ number: Int) -> String { "somebody.\(number)@acme.example" }

    @Test func `is noticed at its fifty-first within an hour, once`() async {
        let clock = MovedInstant()
        let enumerations = Enumerations(now: clock.now)
        for number in 1...50 { #expect(await !enumerations.isNews(Self.email(number), from: "192.0.2.7")) }

        // The same once more, and others from elsewhere.
        #expect(await !enumerations.isNews(" \(Self.email(1).uppercased())", from: "192.0.2.7"))
        #expect(await !enumerations.isNews(Self.email(51), from: "192.0.2.8"))
        #expect(await enumerations.isNews(Self.email(51), from: "192.0.2.7"))
        for number in 52...200 { #expect(await !enumerations.isNews(Self.email(number), from: "192.0.2.7")) }
    }

    @Test func `is noticed anew in the next hour, and not over more than one`() async {
        let clock = MovedInstant()
        let enumerations = Enumerations(now: clock.now)
        for number in 1...50 { #expect(await !enumerations.isNews(Self.email(number), from: "192.0.2.7")) }

        clock.advance(.seconds(3600))
        for number in 51...100 { #expect(await !enumerations.isNews(Self.email(number), from: "192.0.2.7")) }

        #expect(await enumerations.isNews(Self.email(101), from: "192.0.2.7"))
    }
}

@Suite struct `What is told of users' networks` {
    @Test func `is ten times a minute for each, and two hundred times for all`() async {
        let clock = MovedInstant()
        let limit = DisclosureLimit(now: clock.now)
        func told(_ times: Int, of user: String) async -> Int {
            var told = 0
            for _ in 0..<times where await limit.admits(.init(user)) { told += 1 }
            return told
        }

        #expect(await told(12, of: "ana") == 10)
        for number in 1...19 { #expect(await told(10, of: "user \(number)") == 10) }
        #expect(await told(1, of: "ben") == 0)

        clock.advance(.seconds(6))
        #expect(await told(3, of: "ana") == 1)
        #expect(await told(30, of: "cleo") == 10)
    }

    @Test func `is not used up by asking for nobody`() async {
        let limit = DisclosureLimit()
        for _ in 0..<1000 { #expect(await !limit.admits(nil)) }

        #expect(await limit.admits(.init("ana")))
    }
}

@Suite struct `The beat of the first screen's answers` {
    @Test(arguments: [(0, 1), (1, 1), (119, 1), (121, 2), (239, 2), (1000, 9)])
    func `is the next whole one, whatever the work took`(milliseconds: Int, beats: Int) {
        let clock = MovedInstant()
        let start = clock.now()
        clock.advance(.milliseconds(milliseconds))

        #expect(Beat(now: clock.now).due(start) == start + Beat.pace * beats)
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
