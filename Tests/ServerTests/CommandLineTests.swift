import Access
import Directory
import Foundation
import Okta
import Storage
import Testing

@testable import Server

@Suite struct `What a command prints as JSON` {
    /// As `Standard.answer(json:)` writes it, on one line.
    private static func json(_ line: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(line), as: UTF8.self)
    }

    @Test func `has every field of a user, the missing e-mail as null`() throws {
        let engineering = Directory.Group(id: "00gEngineering", name: "Engineering")
        let berlin = Site(id: "berlin", name: "Berlin", addressRange: try AddressRange("10.20.0.0/16"))
        let facts = AccessFacts(
            user: User(
                id: "00uAna",
                status: .active,
                login: "ana.silva@acme.example",
                email: nil,
                firstName: "Ana",
                lastName: "Silva"
            ),
            integrationIsEnabled: true,
            remoteAccessIsOn: true,
            groups: [engineering],
            grants: [Grant(scope: .group(engineering.id), site: berlin.id)],
            overrides: [],
            sites: [berlin]
        )

        #expect(
            try Self.json(UserLine(facts))
                == """
                {"email":null,"groups":["Engineering"],"login":"ana.silva@acme.example","name":"ana.silva",\
                "okta_status":"ACTIVE","okta_user_id":"00uAna","sites":["Berlin"],"status":"active"}
                """
        )
    }

    @Test func `has every field of a run, while it runs and after it failed`() async throws {
        let clock = MovedClock()
        let store = try await Store.open(at: ":memory:", vault: .ephemeral(), now: clock.now)
        let lease = try #require(try await store.acquireLease("sync", owner: "test", seconds: 60))
        let running = SyncRun(mode: .full, trigger: .commandLine, requestedBy: "rosa", startedAt: clock.now())
        try await store.show(running, lease: lease)
        clock.advance(2)
        var conclusion = Conclusion(run: running, state: .failed)
        conclusion.counts.requests = 7
        conclusion.problem = Storage.Problem(what: "Okta refused the API token.", remedy: "Enter a new one.")
        conclusion.warnings = ["One group was skipped."]
        let failed = try await store.conclude(conclusion, lease: lease)
        await store.close()

        let none = """
            {"connections_ended":0,"duration_milliseconds":0,"groups":0,"groups_added":0,"groups_changed":0,\
            "groups_missing":0,"memberships":0,"memberships_added":0,"memberships_removed":0,\
            "rate_limit_wait_milliseconds":0,"requests":REQUESTS,"requests_refused":0,"sessions_ended":0,"skipped":0,\
            "users":0,"users_added":0,"users_changed":0,"users_left":0}
            """
        #expect(
            try Self.json(RunLine(running))
                == """
                {"counts":\(none.replacing("REQUESTS", with: "0")),"finished_at":null,"id":"\(running.id)",\
                "mode":"full","problem":null,"requests":0,"started_at":"2027-01-15T08:00:00Z","state":"running",\
                "trigger":"commandLine","warnings":[]}
                """
        )
        #expect(
            try Self.json(RunLine(failed))
                == """
                {"counts":\(none.replacing("REQUESTS", with: "7")),"finished_at":"2027-01-15T08:00:02Z",\
                "id":"\(running.id)","mode":"full","problem":{"remedy":"Enter a new one.","what":"Okta refused the API token."},\
                "requests":7,"started_at":"2027-01-15T08:00:00Z","state":"failed","trigger":"commandLine",\
                "warnings":["One group was skipped."]}
                """
        )
    }

    static let checks: [(outcome: ConnectionCheck.Outcome, json: String, text: String)] = [
        (
            .passed(detail: ""), #"{"detail":null,"name":"Token accepted","passed":true,"remedy":null}"#,
            "ok       Token accepted"
        ),
        (
            .passed(detail: "acme.okta.com"),
            #"{"detail":"acme.okta.com","name":"Token accepted","passed":true,"remedy":null}"#,
            "ok       Token accepted: acme.okta.com"
        ),
        (
            .failed(.init(sentence: "Okta refused it.", remedy: "Enter another.", field: .apiToken)),
            #"{"detail":"Okta refused it.","name":"Token accepted","passed":false,"remedy":"Enter another."}"#,
            "failed   Token accepted: Okta refused it."
        ),
        (
            .notRun, #"{"detail":null,"name":"Token accepted","passed":null,"remedy":null}"#,
            "not run  Token accepted"
        ),
    ]

    @Test(arguments: checks)
    func `has every field of a check`(row: (outcome: ConnectionCheck.Outcome, json: String, text: String)) throws {
        let line = CheckLine(.init(name: .token, outcome: row.outcome))

        #expect(try Self.json(line) == row.json)
        #expect(line.text == row.text)
    }
}

@Suite struct `A table on the terminal` {
    @Test func `has columns as wide as their widest cell, and no spaces at the end`() {
        var table = TextTable("NAME", "SITES")
        table.rows = [["ana.silva", "Berlin"], ["zoë", ""]]

        #expect(table.lines == ["NAME       SITES", "ana.silva  Berlin", "zoë"])
    }

    @Test func `is its head where there are no rows`() {
        #expect(TextTable("NAME", "SITES").lines == ["NAME  SITES"])
    }
}

@Suite struct `A failure of a command` {
    @Test(arguments: [
        Failure.said("There is no such site.", hint: "See `timus sites`."),
        Failure.usage("There is no such site.", hint: "See `timus sites`."),
    ])
    func `is a sentence and a hint`(failure: Failure) {
        #expect(failure.errorDescription == "There is no such site.")
        #expect(failure.recoverySuggestion == "See `timus sites`.")
    }
}
