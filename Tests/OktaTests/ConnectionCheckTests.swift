import AsyncHTTPClient
import Foundation
import HTTPTypes
import Logging
import Okta
import Testing

@Suite struct `The check of what was entered` {
    typealias Answered = OddServer.Answered

    /// An org where everything is right, unless the test changes the answer to one path.
    private static func org(except path: String = "-", _ odd: Answered = .init()) -> OddServer.Handler {
        { request, origin in
            if request.target.hasPrefix(path) { return odd }
            if request.target.hasPrefix("/.well-known") { return Answered(body: #"{"issuer":"\#(origin)"}"#) }
            if request.target.hasPrefix("/api/v1/users") { return .page("[]") }
            let group = #"{"id":"00g1","type":"OKTA_GROUP","profile":{"name":"Sales"}}"#
            return .page("[\(group)]")
        }
    }

    private static func report(
        of server: OddServer,
        _ http: HTTPClient,
        domain: String? = nil,
        clientID: String = "0oa1",
        clientSecret: String = "secret",
        apiToken: String = "00token",
        credentials: ConnectionCheck.Failure? = nil
    ) async -> ConnectionCheck.Report {
        let check = ConnectionCheck(
            http: http,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            allowingLocal: true,
            clock: MovedClock().clock,
            credentials: { _, _, _ in credentials }
        )
        return await check.run(
            domain: domain ?? server.origin,
            clientID: clientID,
            clientSecret: clientSecret,
            apiToken: apiToken
        )
    }

    @Test func `passes by name when all is right`() async throws {
        try await OddServer.run(answering: Self.org()) { server, http in
            let report = await Self.report(of: server, http, domain: server.origin + "/oauth2/default")

            #expect(report.passed)
            #expect(
                report.checks.map(\.title) == [
                    "Reached Okta", "Issuer", "Client ID and secret accepted", "Token accepted", "May read groups",
                    "May read users", "Found 1 group",
                ]
            )
            #expect(report.groups.map(\.name) == ["Sales"])
            #expect(report.domain?.origin == server.origin)
        }
    }

    @Test(
        arguments: [
            ("/.well-known", Answered(status: 404, body: "<html>", type: "text/html"), ConnectionCheck.Name.reached),
            ("/.well-known", Answered(body: #"{"issuer":"https://other.okta.com"}"#), .issuer),
            ("/api/v1/groups", .refusal(401, "E0000011"), .token),
            ("/api/v1/groups", .refusal(403, "E0000006"), .mayReadGroups),
            ("/api/v1/users", .refusal(403, "E0000006"), .mayReadUsers),
            ("/api/v1/groups?limit=200", .refusal(503, "E0000010"), .foundGroups),
        ]
    )
    func `names the one check that failed`(path: String, odd: Answered, failed: ConnectionCheck.Name) async throws {
        try await OddServer.run(answering: Self.org(except: path, odd)) { server, http in
            let report = await Self.report(of: server, http)

            #expect(!report.passed)
            #expect(report.failures.count == 1)
            let check = try #require(report.check(failed))
            guard case .failed(let failure) = check.outcome else {
                Issue.record("\(failed) did not fail")
                return
            }
            let isAboutDomain = failed == .reached || failed == .issuer
            #expect(failure.field == (isAboutDomain ? .domain : .apiToken))
            #expect(report.checks.map(\.name) == ConnectionCheck.Name.allCases)
        }
    }

    @Test func `sends no secret to a domain that is another org`() async throws {
        let odd = Answered(body: #"{"issuer":"https://other.okta.com"}"#)
        try await OddServer.run(answering: Self.org(except: "/.well-known", odd)) { server, http in
            let report = await Self.report(of: server, http)

            #expect(server.asked.count == 1)
            #expect(server.asked.allSatisfy { $0.headers[.authorization] == nil })
            #expect(report.checks.suffix(5).allSatisfy { $0.outcome == .notRun })
        }
    }

    @Test func `goes on with the token when the client secret is wrong`() async throws {
        let failure = ConnectionCheck.Failure(
            sentence: "Okta does not accept the client secret.",
            remedy: "Copy it again.",
            field: .clientSecret
        )
        try await OddServer.run(answering: Self.org()) { server, http in
            let report = await Self.report(of: server, http, credentials: failure)

            #expect(report.failures == [failure])
            #expect(report.check(.foundGroups)?.hasPassed == true)
        }
    }

    @Test func `asks Okta nothing for a domain that is none`() async throws {
        try await OddServer.run(answering: Self.org()) { server, http in
            let report = await Self.report(of: server, http, domain: "10.0.0.1")

            #expect(server.asked.isEmpty)
            #expect(report.failures.map(\.field) == [.domain])
            #expect(report.checks.dropFirst().allSatisfy { $0.outcome == .notRun })
        }
    }

    @Test(arguments: ["", "  ", "00to ken", "00to\nken", "00tökên"])
    func `does not send a token that cannot be one`(token: String) async throws {
        try await OddServer.run(answering: Self.org()) { server, http in
            let report = await Self.report(of: server, http, apiToken: token)

            #expect(report.failures.map(\.field) == [.apiToken])
            #expect(server.asked.count == 1)
        }
    }

    @Test func `says which fields are empty`() async throws {
        try await OddServer.run(answering: Self.org()) { server, http in
            let missing = await Self.report(of: server, http, clientID: "", clientSecret: "", apiToken: "")

            #expect(missing.failures.map(\.field) == [.clientID, .apiToken])
            #expect(missing.failures.first?.sentence == "The client ID is missing.")
        }
    }
}
