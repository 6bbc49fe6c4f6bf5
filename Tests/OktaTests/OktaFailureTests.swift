import AsyncHTTPClient
import Foundation
import HTTPTypes
import Logging
import Okta
import Synchronization
import Testing

@Suite struct `When Okta refuses` {
    typealias Answered = OddServer.Answered

    @Test(
        arguments: [
            (Answered.refusal(401, "E0000011"), OktaError.tokenRejected, OktaError.Next.theirsToFix),
            (.refusal(401, "E0000015"), .notPermitted(to: .readMembers), .theirsToFix),
            (.refusal(403, "E0000006"), .notPermitted(to: .readMembers), .theirsToFix),
            (.refusal(404, "E0000007"), .notFound(.group("00g1")), .skip),
            (.refusal(404, "E0000008"), .notFound(.page), .theirsToFix),
            (.refusal(400, "E0000031"), .refused(status: 400, code: "E0000031"), .theirsToFix),
            (
                Answered(status: 200, body: "<!doctype html>", type: "text/html"),
                .notOkta(host: "127.0.0.1", came: "a web page"), .theirsToFix
            ),
            (
                Answered(status: 404, body: "<html>", type: "text/html"),
                .notOkta(host: "127.0.0.1", came: "a web page"), .theirsToFix
            ),
            (
                Answered(status: 401, body: "{}"),
                .notOkta(host: "127.0.0.1", came: "HTTP status 401"), .theirsToFix
            ),
            (
                Answered(status: 302, headers: [("Location", "/elsewhere")]),
                .notOkta(host: "127.0.0.1", came: "a redirect"), .theirsToFix
            ),
            (
                Answered(body: #"{"users":[]}"#),
                .notOkta(host: "127.0.0.1", came: "something else than the expected JSON"), .theirsToFix
            ),
            (
                Answered(body: ""),
                .notOkta(host: "127.0.0.1", came: "something else than the expected JSON"), .theirsToFix
            ),
        ]
    )
    func `the failure says what to do next, at once`(
        answer: Answered,
        error: OktaError,
        next: OktaError.Next
    ) async throws {
        try await OddServer.run(answering: { _, _ in answer }) { server, http in
            await #expect(throws: error) { try await server.client(http).members(of: "00g1") }
            #expect(error.next == next)
            #expect(server.asked.count == 1)
        }
    }

    @Test(arguments: [408, 502, 503, 504])
    func `a passing failure is retried three times, longer apart each time`(status: Int) async throws {
        let time = MovedClock()
        let headers = [("X-Okta-Request-Id", "first")]
        try await OddServer.run(answering: { _, _ in .refusal(status, "E0000010", headers: headers) }) { server, http in
            await #expect(throws: OktaError.serverError(host: "127.0.0.1", status: status)) {
                try await server.client(http, clock: time.clock).groups()
            }
            let count = try #require(HTTPField.Name("X-Okta-Retry-Count"))
            let of = try #require(HTTPField.Name("X-Okta-Retry-For"))
            #expect(time.slept == [1, 2, 4])
            #expect(server.asked.map { $0.headers[count] } == [nil, "1", "2", "3"])
            #expect(server.asked.map { $0.headers[of] } == [nil, "first", "first", "first"])
        }
    }

    @Test func `a used-up rate limit is waited for, and the request is made again`() async throws {
        let time = MovedClock()
        // The server writes its own Date, and Okta's clock is what counts.
        let reset = Int(Date().timeIntervalSince1970) + 30
        let headers = [
            ("X-Rate-Limit-Limit", "500"), ("X-Rate-Limit-Remaining", "0"), ("X-Rate-Limit-Reset", "\(reset)"),
        ]
        let isFirst = Mutex(true)
        let answering: OddServer.Handler = { _, _ in
            let first = isFirst.withLock { value in
                defer { value = false }
                return value
            }
            return first ? .refusal(429, "E0000047", headers: headers) : .page("[]")
        }
        try await OddServer.run(answering: answering) { server, http in
            _ = try await server.client(http, clock: time.clock).groups()

            #expect(time.slept.count == 1)
            #expect(time.slept.allSatisfy { (28...60).contains($0) })
            #expect(server.asked.count == 2)
        }
    }

    @Test func `too many requests at once are retried after a short while`() async throws {
        let time = MovedClock()
        let headers = [("X-Rate-Limit-Limit", "0"), ("X-Rate-Limit-Remaining", "0"), ("X-Rate-Limit-Reset", "1")]
        try await OddServer.run(answering: { _, _ in .refusal(429, "E0000047", headers: headers) }) { server, http in
            await #expect(throws: OktaError.self) { try await server.client(http, clock: time.clock).groups() }
            #expect(time.slept == [1, 2, 4])
        }
    }

    @Test func `nothing is read from an org that does not listen`() async throws {
        let http = HTTPClient(configuration: OktaClient.httpConfiguration())
        let client = OktaClient(
            domain: try OktaDomain("http://127.0.0.1:9", allowingLocal: true),
            token: "00token",
            http: http,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            clock: MovedClock().clock
        )

        let error = await #expect(throws: OktaError.self) { try await client.groups() }

        #expect(error?.errorDescription == "127.0.0.1 refused the connection.")
        #expect(error?.next == .wait)
        try await http.shutdown()
    }

    @Test func `a page that is too large is not read to its end`() async throws {
        var limits = OktaClient.Limits()
        limits.bodyBytes = 1000
        let small = limits
        let body = "[" + String(repeating: " ", count: 2000) + "]"
        try await OddServer.run(answering: { _, _ in .page(body) }) { server, http in
            await #expect(throws: OktaError.tooLarge(bytes: 1000)) {
                try await server.client(http, limits: small).groups()
            }
        }
    }

    @Test func `every failure has a sentence and a remedy, and none shows the token`() {
        let errors: [OktaError] = [
            .tokenRejected, .notPermitted(to: .readGroups), .notFound(.group("00g1")), .notFound(.user("00u1")),
            .notFound(.page), .rateLimited(until: MovedClock.start), .timedOut(host: "acme.okta.com"),
            .unreachable(host: "acme.okta.com", why: .unknownName, cause: ""),
            .unreachable(host: "acme.okta.com", why: .refused, cause: ""),
            .unreachable(host: "acme.okta.com", why: .certificate, cause: ""),
            .unreachable(host: "acme.okta.com", why: .privateAddress, cause: ""),
            .unreachable(host: "acme.okta.com", why: .connection, cause: ""),
            .serverError(host: "acme.okta.com", status: 503), .notOkta(host: "acme.okta.com", came: "a web page"),
            .refused(status: 400, code: "E0000001"), .tooLarge(bytes: 1), .cancelled,
        ]
        for error in errors {
            #expect(error.errorDescription?.hasSuffix(".") == true)
            #expect(error.recoverySuggestion?.hasSuffix(".") == true)
        }
    }
}
