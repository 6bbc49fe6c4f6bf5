import HTTPTypes
import Testing

@testable import OktaSimulator

@Suite struct `Every answer of the API` {
    @Test(arguments: ["/api/v1/groups", "/api/v1/groups/00g00000000000000000"])
    func `carries Okta's headers`(path: String) async throws {
        try await withAPI(Org.acme()) { api in
            let headers = try await api.get(path).headers

            #expect(headers[.cacheControl] == "no-cache, no-store")
            #expect(headers[.pragma] == "no-cache")
            #expect(headers[.expires] == "0")
            #expect(headers[.contentType] == "application/json")
            #expect(headers[.oktaRequestID] != nil)
            #expect(headers[.rateLimitRemaining].flatMap(Int.init) != nil)
            #expect(headers[.setCookie]?.hasPrefix("JSESSIONID=") == true)
        }
    }

    @Test(
        arguments: [
            (HTTPRequest.Method.get, "/api/v1/nothing", "404 E0000008"),
            (.patch, "/api/v1/users/me", "405 E0000022"),
            (.get, "/api/v1/users/me/lifecycle/suspend", "405 E0000022"),
        ]
    )
    func `says that a path or a method is not there`(
        method: HTTPRequest.Method,
        path: String,
        refusal: String
    ) async throws {
        try await withAPI(Org.acme()) { api in
            let answer = try await api.call(method, path)

            #expect("\(answer.status) \(answer.errorCode ?? "")" == refusal)
        }
    }

    @Test func `goes wrong where a fault says so, and only there`() async throws {
        let org = Org.acme()
        org.faults.add(Org.Fault(.status(500), at: "/api/v1/groups", request: 2))
        org.faults.add(Org.Fault(.html(), at: "/api/v1/users", requests: 1...1))
        org.faults.hiddenGroups = [org.everyone]
        try await withAPI(org) { api in
            let first = try await api.get("/api/v1/groups")
            let second = try await api.get("/api/v1/groups")
            let third = try await api.get("/api/v1/groups")
            let page = try await api.get("/api/v1/users")
            org.faults.add(Org.Fault(.rateLimited(resetInSeconds: 3), at: "/api/v1/groups"))
            let limited = try await api.get("/api/v1/groups")
            org.faults.clear()
            org.faults.add(Org.Fault(.emptyList, at: "/api/v1/groups/"))
            let empty = try await api.get("/api/v1/groups/\(org.everyone)/users")

            #expect([first.status, second.status, third.status] == [200, 500, 200])
            #expect(first.ids.count == 12 && !first.ids.contains(org.everyone.description))
            #expect(page.text.hasPrefix("<!doctype html>"))
            #expect(limited.status == 429)
            #expect(empty.text == "[]" && empty.link("next") == nil)
            #expect(org.requests.count(of: "/api/v1/groups") == 5)
            #expect(org.requests.all.map(\.status) == [200, 500, 200, 200, 429, 200])
        }
    }
}
