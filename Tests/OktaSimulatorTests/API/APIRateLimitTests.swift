import Foundation
import HTTPTypes
import Testing

@testable import OktaSimulator

@Suite struct `The rate limits of an org` {
    @Test(
        arguments: [
            ("GET", "users", 100, 600, 600),
            ("POST", "users/00u1/lifecycle/suspend", 100, 600, 600),
            ("GET", "users/00u1/groups", 100, 600, 600),
            ("GET", "users/00u1", 100, 1_000, 2_000),
            ("POST", "users/00u1", 100, 600, 600),
            ("GET", "groups", 100, 600, 500),
            ("GET", "groups/00g1/users", 100, 600, 500),
            ("GET", "groups/00g1/apps", 100, 600, 500),
            ("GET", "groups/00g1", 100, 600, 1_000),
            ("GET", "apps", 20, 100, 100),
            ("GET", "apps/0oa1/users", 20, 100, 100),
            ("GET", "apps/0oa1", 100, 600, 500),
            ("GET", "logs", 20, 50, 120),
            ("GET", "eventHooks", 100, 600, 1_200),
        ]
    )
    func `are Okta's, bucket by bucket`(
        method: String,
        path: String,
        integrator: Int,
        enterprise: Int,
        workforce: Int
    ) throws {
        let bucket = try #require(RateBucket(method: method, path: "/api/v1/\(path)"))

        let limits = [Org.RateLimits.integrator, .enterprise, .workforce].map { $0.perMinute(bucket) }
        #expect(limits == [integrator, enterprise, workforce])
        #expect(Org.RateLimits.none.perMinute(bucket) == nil)
    }

    @Test func `give a token its part, and refuse without Retry-After until the minute is over`() async throws {
        let clock = Clock()
        let org = Org(rateLimits: .integrator, now: { clock.now })
        try await withAPI(org) { api in
            let first = try await api.get("/api/v1/groups")
            clock.advance(seconds: 5)
            for _ in 2...50 { _ = try await api.get("/api/v1/groups/\(org.everyone)/users") }
            let refused = try await api.get("/api/v1/groups")
            let other = try await api.get("/api/v1/groups/\(org.everyone)")
            clock.advance(seconds: 55)
            let later = try await api.get("/api/v1/groups")

            #expect(first.rateHeaders == ["50", "49", "1780000060"])
            #expect(refused.status == 429)
            #expect(refused.rateHeaders == ["50", "0", "1780000060"])
            #expect(
                refused.text.hasPrefix(
                    #"{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit due to too many requests.""#
                )
            )
            #expect(refused.headers[.retryAfter] == nil)
            #expect(other.status == 200 && later.status == 200)
        }
    }

    @Test func `are shared by tokens, each within its part`() async throws {
        let org = Org(rateLimits: .integrator, tokenCapacity: 80)
        let other = try org.createToken("other", owner: org.administrator, capacity: 30)
        try await withAPI(org) { api in
            for _ in 1...80 {
                let answer = try await api.get("/api/v1/groups")
                #expect(answer.status == 200)
            }
            let one = try await api.get("/api/v1/groups")
            var second = api
            second.authorization = "SSWS \(other.value)"
            for _ in 1...20 {
                let answer = try await second.get("/api/v1/groups")
                #expect(answer.status == 200)
            }
            let whole = try await second.get("/api/v1/groups")

            #expect(one.status == 429 && one.rateHeaders.prefix(2) == ["80", "0"])
            #expect(whole.status == 429 && whole.rateHeaders.prefix(2) == ["100", "0"])
        }
    }

    @Test func `hold for a token as they were set last`() async throws {
        let org = Org(rateLimits: .integrator)
        try await withAPI(org) { api in
            let before = try await api.get("/api/v1/groups")
            try org.setCapacity(75, of: org.tokens[0].id)
            let after = try await api.get("/api/v1/groups")

            #expect(before.rateHeaders.first == "50")
            #expect(after.rateHeaders.first == "75")
        }
        #expect(throws: OktaFailure.self) { try org.setCapacity(0, of: org.tokens[0].id) }
        #expect(throws: OktaFailure.self) { try org.setCapacity(101, of: org.tokens[0].id) }
    }

    @Test(arguments: [(Org.RateLimits.integrator, 35), (.enterprise, 75), (.workforce, 75)])
    func `let only so many requests be on their way at the same time`(
        limits: Org.RateLimits,
        most: Int
    ) async throws {
        let org = Org(rateLimits: limits)
        let meter = org.rateMeter
        for _ in 1...most { #expect(meter.begin()) }
        try await withAPI(org) { api in
            let refused = try await api.get("/api/v1/groups")
            meter.end()
            let admitted = try await api.get("/api/v1/groups")

            #expect(refused.status == 429 && refused.rateHeaders.prefix(2) == ["0", "0"])
            #expect(refused.errorCode == "E0000047")
            #expect(admitted.status == 200)
        }
    }

    @Test func `may be none`() async throws {
        let org = Org(rateLimits: .none)
        for _ in 1...100 { #expect(org.rateMeter.begin()) }
        try await withAPI(org) { api in
            for _ in 1...700 {
                let answer = try await api.get("/api/v1/groups")
                #expect(answer.status == 200)
            }
        }
    }

    @Test func `hold for the authorization server too, but not for its keys`() async throws {
        let org = Org(rateLimits: .integrator)
        let meter = org.rateMeter

        for _ in 1...300 { #expect(!meter.count(.oauth).isExceeded) }
        #expect(meter.count(.oauth).isExceeded)
        for _ in 1...2_001 { #expect(!meter.count(.keys).isExceeded) }
    }
}

extension APIClient.Answer {
    /// Limit, Remaining, Reset.
    var rateHeaders: [String?] {
        [headers[.rateLimitLimit], headers[.rateLimitRemaining], headers[.rateLimitReset]]
    }
}
