import Foundation
import HTTPTypes
import Testing

@testable import OktaSimulator

@Suite(.timeLimit(.minutes(1))) struct `Event hooks in the API` {
    /// What Okta's documents send, with what a test puts instead.
    private static func body(
        name: String = "Timus",
        uri: String = "https://timus.example/okta/events/1",
        events: [String] = ["user.lifecycle.suspend", "group.user_membership.add"],
        secret: String = "Bearer secret"
    ) -> String {
        let items = events.map { "\"\($0)\"" }.joined(separator: ",")
        return """
            {"name":"\(name)","events":{"type":"EVENT_TYPE","items":[\(items)]},"channel":{"type":"HTTP","version":"1.0.0",\
            "config":{"uri":"\(uri)","headers":[{"key":"X-Tenant","value":"acme"}],\
            "authScheme":{"type":"HEADER","key":"Authorization","value":"\(secret)"}}}}
            """
    }

    @Test func `are made active and unverified, and never tell the secret`() async throws {
        let org = Org()
        try await withAPI(org) { api in
            let made = try await api.post("/api/v1/eventHooks", Self.body())
            let hook = try #require(made.json)
            let id = try #require(hook["id"]?.string)
            let read = try await api.get("/api/v1/eventHooks/\(id)")
            let list = try await api.get("/api/v1/eventHooks")

            #expect(made.status == 200 && id.hasPrefix("who") && id.count == 20)
            #expect(hook["status"]?.string == "ACTIVE" && hook["verificationStatus"]?.string == "UNVERIFIED")
            #expect(hook["createdBy"]?.string == org.administrator.description)
            #expect(hook["channel"]?["config"]?["authScheme"]?["key"]?.string == "Authorization")
            #expect(hook["channel"]?["config"]?["method"]?.string == "POST")
            #expect(hook["_links"]?["verify"]?["hints"]?["allow"] == .array([.string("POST")]))
            #expect(!made.text.contains("secret"))
            #expect(read.json == hook && list.json == .array([hook]))
            #expect(made.headers[.rateLimitLimit] == "600")
        }
    }

    @Test func `must be verified again once they reach elsewhere, but not for other events`() async throws {
        let org = Org()
        try await withAPI(org) { api in
            let made = try await api.post("/api/v1/eventHooks", Self.body())
            let id = try #require(made.json?["id"]?.string)
            try org.markVerified(.init(id))
            let events = try await api.call(.put, "/api/v1/eventHooks/\(id)", Self.body(events: ["user.account.lock"]))
            let moved = try await api.call(
                .put,
                "/api/v1/eventHooks/\(id)",
                Self.body(uri: "https://other.example/hook")
            )

            #expect(events.json?["verificationStatus"]?.string == "VERIFIED")
            #expect(events.json?["events"]?["items"] == .array([.string("user.account.lock")]))
            #expect(moved.json?["verificationStatus"]?.string == "UNVERIFIED")
        }
    }

    @Test func `are deleted only when they are inactive`() async throws {
        try await withAPI(Org()) { api in
            let path =
                "/api/v1/eventHooks/"
                + (try await api.post("/api/v1/eventHooks", Self.body()).json?["id"]?.string ?? "")
            let tooEarly = try await api.call(.delete, path)
            let inactive = try await api.post("\(path)/lifecycle/deactivate")
            let active = try await api.post("\(path)/lifecycle/activate")
            _ = try await api.post("\(path)/lifecycle/deactivate")
            let deleted = try await api.call(.delete, path)
            let gone = try await api.get(path)

            #expect(tooEarly.status == 403 && tooEarly.errorCode == "E0000006")
            #expect(inactive.json?["status"]?.string == "INACTIVE")
            #expect(inactive.json?["_links"]?["delete"] != nil && inactive.json?["_links"]?["verify"] == nil)
            #expect(active.json?["status"]?.string == "ACTIVE")
            #expect(deleted.status == 204)
            #expect(gone.status == 404 && gone.errorCode == "E0000007")
            #expect(gone.text.contains("(Webhook)"))
        }
    }

    @Test(
        arguments: [
            body(name: ""), body(uri: "http://timus.example/hook"), body(uri: "ftp://127.0.0.1/hook"), body(uri: ""),
            body(events: []), body(events: ["user.lifecycle.nothing"]),
            body(events: ["user.lifecycle.delete.completed"]),
            "{}",
        ]
    )
    func `are refused when they make no sense`(body: String) async throws {
        try await withAPI(Org()) { api in
            let answer = try await api.post("/api/v1/eventHooks", body)
            let list = try await api.get("/api/v1/eventHooks")

            #expect(answer.status == 400 && answer.errorCode == "E0000001")
            #expect(list.json == .array([]))
        }
    }

    @Test(arguments: ["http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:80/x", "https://timus.example/x"])
    func `reach https anywhere and http on this machine`(uri: String) async throws {
        try await withAPI(Org()) { api in
            let made = try await api.post("/api/v1/eventHooks", Self.body(uri: uri))

            #expect(made.status == 200)
        }
    }

    @Test func `are active for at most twenty-five`() async throws {
        try await withAPI(Org()) { api in
            var answers: [APIClient.Answer] = []
            for _ in 1...26 { answers.append(try await api.post("/api/v1/eventHooks", Self.body())) }

            #expect(answers.dropLast().allSatisfy { $0.status == 200 })
            #expect(answers.last?.status == 400 && answers.last?.errorCode == "E0000001")
        }
    }

    @Test(
        arguments: [
            ("okta.eventHooks.read", [200, 403]), ("okta.eventHooks.manage", [200, 200]),
            ("okta.users.read", [403, 403]),
        ]
    )
    func `ask for their own scopes`(scope: String, statuses: [Int]) async throws {
        let org = Org()
        try org.setRole(.custom([scope]), of: org.administrator)
        try await withAPI(org) { api in
            let read = try await api.get("/api/v1/eventHooks")
            let made = try await api.post("/api/v1/eventHooks", Self.body())

            #expect([read.status, made.status] == statuses)
        }
    }

    @Test(
        arguments: [
            ([HookReceiver.Answer.verification], true), ([.status(500), .verification], true),
            ([.silence, .verification], true), ([.status(200)], false), ([.body(#"{"verification":"x"}"#)], false),
            ([.status(404), .status(404)], false), ([.silence, .silence], false), ([.redirection], false),
        ]
    )
    func `are verified by an address that gives the challenge back`(
        answers: [HookReceiver.Answer],
        isVerified: Bool
    ) async throws {
        try await HookReceiver.run(answers) { receiver in
            let org = Org()
            org.eventHookConduct.timeout = .milliseconds(300)
            try await withAPI(org) { api in
                let made = try await api.post("/api/v1/eventHooks", Self.body(uri: receiver.uri))
                let id = try #require(made.json?["id"]?.string)
                let answer = try await api.post("/api/v1/eventHooks/\(id)/lifecycle/verify")
                let after = try await api.get("/api/v1/eventHooks/\(id)")

                #expect(answer.status == (isVerified ? 200 : 400))
                #expect(answer.errorCode == (isVerified ? nil : "E0000001"))
                #expect(after.json?["verificationStatus"]?.string == (isVerified ? "VERIFIED" : "UNVERIFIED"))
                #expect(receiver.received.count == answers.count)
                #expect(receiver.received.allSatisfy { $0.method == "GET" && $0.headers[.challenge] != nil })
                #expect(receiver.received.first?.headers[.authorization] == "Bearer secret")
            }
        }
    }

    @Test func `are led by the control API`() async throws {
        try await HookReceiver.run { receiver in
            let org = Org()
            let hook = try org.addHook(receiver)
            try await withAPI(org) { api in
                let settings = try await api.control(
                    .post,
                    "event-hooks/settings",
                    #"{"delay_milliseconds":20,"duplicate_percent":100,"shuffle":true}"#
                )
                let wrong = try await api.control(.post, "event-hooks/settings", #"{"drop_percent":101}"#)
                try await withSimulator(org) { _ in
                    try org.createGroup("Berlin")
                    _ = await org.attempts(2)
                    org.eventHookConduct.duplicatePercent = 0
                    org.eventHookConduct.dropPercent = 100
                    try org.createGroup("Paris")
                    _ = await org.attempts(3)
                }
                let deliveries = try await api.control(.get, "event-hooks/deliveries").json?.array ?? []

                #expect(settings.json?["duplicate_percent"] == .number(100) && settings.json?["shuffle"] == .bool(true))
                #expect(settings.json?["timeout_milliseconds"] == .number(3_000))
                #expect(wrong.status == 400)
                #expect(deliveries.count == 2)
                #expect(deliveries.first?["hook"]?.string == hook.id.description)
                #expect(deliveries.first?["event_id"] == deliveries.last?["event_id"])
                #expect(deliveries.first?["attempt"] == .number(1) && deliveries.first?["status"] == .number(200))
                #expect(deliveries.first?["event_types"] == .array([.string("group.lifecycle.create")]))
            }
        }
    }
}
