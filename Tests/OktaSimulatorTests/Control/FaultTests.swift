import AsyncHTTPClient
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import Testing

@testable import OktaSimulator

@Suite struct `A fault` {
    private static func org() -> Org { .generated(people: 40, groups: 8, memberships: 60, rateLimits: .none) }

    @Test func `strikes after those that it skips, as often as it says, where path and method fit`() async throws {
        try await withAPI(Self.org()) { api in
            let made = try await api.control(
                .post,
                "faults",
                #"{"kind":"status","status":503,"path":"/api/v1/groups/*/users","method":"GET","skip":1,"count":2}"#
            )
            let group = try await api.get("/api/v1/groups?limit=2").ids[1]
            var statuses: [Int] = []
            for _ in 1...4 { statuses.append(try await api.get("/api/v1/groups/\(group)/users").status) }
            let list = try await api.control(.get, "faults").json?.array?.first

            #expect(made.status == 201 && made.json?["id"]?.string == "1")
            #expect(statuses == [200, 503, 503, 200])
            #expect(list?["kind"]?.string == "status" && list?["hits"] == .number(2))
        }
    }

    @Test(arguments: [("/api/v1/groups", false), ("/api/v1/*/x", false), ("/api/v1/**", true), ("/api/v1/*", true)])
    func `without a count strikes until it is cleared`(path: String, strikesUsers: Bool) async throws {
        try await withAPI(Self.org()) { api in
            try await api.control(.post, "faults", #"{"kind":"html","path":"\#(path)","count":null}"#)
            let struck = try await (1...3).asyncMap { _ in try await api.get("/api/v1/users?limit=1").text }
            try await api.control(.delete, "faults")
            let after = try await api.get("/api/v1/users?limit=1")

            #expect(struck.allSatisfy { $0.hasPrefix("<!doctype html>") == strikesUsers })
            #expect(after.ids.count == 1)
        }
    }

    @Test func `is cleared alone by its id`() async throws {
        try await withAPI(Self.org()) { api in
            for _ in 1...2 { try await api.control(.post, "faults", #"{"kind":"hang","path":"/api/v1/groups"}"#) }

            let first = try await api.control(.delete, "faults/1")
            let again = try await api.control(.delete, "faults/1")
            let left = try await api.control(.get, "faults")

            #expect(first.status == 204 && again.status == 404)
            #expect(left.ids == ["2"])
        }
    }

    @Test(
        arguments: [
            #"{"kind":"status","path":"/api/v1/groups"}"#, #"{"kind":"nothing","path":"/api/v1/groups"}"#,
            #"{"kind":"hang"}"#, #"{"kind":"hang","path":"/api/v1/groups","skip":-1}"#, "[]", "{",
            #"{"kind":"change-mid-scan","path":"/api/v1/groups","change":{"action":"nothing"}}"#,
        ]
    )
    func `that makes no sense is refused in a sentence`(body: String) async throws {
        try await withAPI(Self.org()) { api in
            let answer = try await api.control(.post, "faults", body)

            #expect(answer.status == 400)
            #expect(answer.json?["error"]?.string?.hasSuffix(".") == true)
        }
    }

    @Test(
        arguments: [
            (#""kind":"status","status":500"#, 500, "E0000009"),
            (#""kind":"status","status":400,"code":"E0000031""#, 400, "E0000031"),
            (#""kind":"rate-limited""#, 429, "E0000047"), (#""kind":"concurrency""#, 429, "E0000047"),
            (#""kind":"token-revoked""#, 401, "E0000011"), (#""kind":"token-forbidden""#, 403, "E0000006"),
        ]
    )
    func `answers with Okta's error`(fault: String, status: Int, code: String) async throws {
        try await withAPI(Self.org()) { api in
            try await api.control(.post, "faults", #"{\#(fault),"path":"/api/v1/users"}"#)
            let answer = try await api.get("/api/v1/users")

            #expect(answer.status == status && answer.errorCode == code)
        }
    }

    @Test(
        arguments: [
            ("normal", "1780000030"), ("missing", nil), ("garbage", "soon"), ("past", "1779999970"),
            ("far", "1811536000"),
        ]
    )
    func `may limit the rate with headers of any sense`(headers: String, reset: String?) async throws {
        let clock = Clock()
        try await withAPI(Org(now: { clock.now })) { api in
            try await api.control(
                .post,
                "faults",
                #"{"kind":"rate-limited","path":"/api/v1/**","reset_in_seconds":30,"headers":"\#(headers)"}"#
            )
            let answer = try await api.get("/api/v1/groups")

            #expect(answer.status == 429)
            #expect(answer.headers[.rateLimitReset] == reset)
        }
    }

    @Test func `may spoil a page and the way to the next`() async throws {
        try await withAPI(Self.org()) { api in
            func page(_ kind: String) async throws -> APIClient.Answer {
                try await api.control(.post, "faults", #"{\#(kind),"path":"/api/v1/groups"}"#)
                return try await api.get("/api/v1/groups?limit=3")
            }
            let whole = try await api.get("/api/v1/groups?limit=3")
            let truncated = try await page(#""kind":"truncated-json""#)
            let empty = try await page(#""kind":"empty-page""#)
            let missing = try await page(#""kind":"next-missing""#)
            let loop = try await page(#""kind":"next-loop""#)
            let foreign = try await page(#""kind":"next-foreign","url":"https://evil.example/api/v1/groups""#)

            #expect(truncated.status == 200 && truncated.json == nil)
            #expect(truncated.headers[.contentLength] == String(truncated.text.utf8.count))
            #expect(whole.text.hasPrefix(truncated.text))
            #expect(empty.text == "[]" && empty.link("next") == nil)
            #expect(missing.ids == whole.ids && missing.link("next") == nil)
            #expect(loop.link("next") == loop.link("self"))
            #expect(foreign.headers[values: .link].last == #"<https://evil.example/api/v1/groups>; rel="next""#)
        }
    }

    @Test func `may leave a token only the first groups`() async throws {
        let org = Self.org()
        try await withAPI(org) { api in
            let all = try await api.get("/api/v1/groups").ids
            try await api.control(
                .post,
                "faults",
                #"{"kind":"token-narrowed","path":"/api/v1/**","keep_groups":3,"count":null}"#
            )
            let seen = try await api.get("/api/v1/groups").ids
            let kept = try await api.get("/api/v1/groups/\(all[2])/users")
            let lost = try await api.get("/api/v1/groups/\(all[3])/users")

            #expect(seen == Array(all.prefix(3)))
            #expect(kept.status == 200)
            #expect(lost.status == 404 && lost.errorCode == "E0000007")
        }
    }

    @Test func `may change the org between two pages`() async throws {
        let org = Self.org()
        try await withAPI(org) { api in
            try await api.control(
                .post,
                "faults",
                #"{"kind":"change-mid-scan","path":"/api/v1/groups","skip":1,"change":{"action":"create-groups","count":2}}"#
            )
            let ids = try await api.allIDs("/api/v1/groups?limit=5").ids

            #expect(ids.count == 11 && org.groupCount == 11)
        }
    }

    @Test func `may end the connection in the middle, or give no answer`() async throws {
        let org = Self.org()
        let token = try org.createToken("test", owner: org.administrator).value
        org.faults.add(.init(.cutOff, matching: .init("/api/v1/groups")))
        org.faults.add(.init(.hang, matching: .init("/api/v1/users")))
        try await withSimulator(org) { origin in
            try await HTTPClient.withHTTPClient { http in
                func get(_ path: String, seconds: Int64) async throws -> ByteBuffer {
                    var request = HTTPClientRequest(url: origin + path)
                    request.headers = ["Authorization": "SSWS \(token)"]
                    return try await http.execute(request, timeout: .seconds(seconds)).body.collect(upTo: 1_000_000)
                }
                await #expect(throws: (any Error).self) { try await get("/api/v1/groups", seconds: 20) }
                await #expect(throws: HTTPClientError.deadlineExceeded) {
                    try await get("/api/v1/users", seconds: 1)
                }
                let whole = try await get("/api/v1/groups", seconds: 20)
                #expect(whole.readableBytes > 1_000)
            }
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ body: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
