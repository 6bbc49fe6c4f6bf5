import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Testing

@testable import OktaSimulator

@Suite(.timeLimit(.minutes(1))) struct `The org tells an app to sign somebody out` {
    private static func person(in org: Org, app: Org.AppIntegration) throws -> Org.Person {
        let ana = try org.createPerson(
            Org.Profile(firstName: "Ana", lastName: "Silva", login: "ana@acme.example"),
            credentials: .password("Wander-far-2026")
        )
        try org.assign(ana.id, to: app.id)
        return ana
    }

    /// An org that tells the receiver, with a person who is assigned to the app.
    private static func run(
        _ answers: [HookReceiver.Answer] = [],
        format: Org.UniversalLogout.SubjectFormat = .issuerAndSubject,
        _ body: @escaping @Sendable (Org, Org.AppIntegration, Org.Person, HookReceiver) async throws -> Void
    ) async throws {
        try await HookReceiver.run(answers) { receiver in
            let org = Org(rateLimits: .none)
            let app = try org.createApp(
                Org.AppSettings(label: "Timus", signInRedirectURIs: ["https://timus.example/cb"])
            )
            try org.setUniversalLogout(
                Org.UniversalLogout(endpoint: receiver.uri + "?x=1", subjectFormat: format),
                of: app.id
            )
            let ana = try person(in: org, app: app)
            try await withSimulator(org) { _ in try await body(org, app, ana, receiver) }
        }
    }

    private struct Claims: Decodable {
        let jti: String
        let iss: String
        let sub: String
        let aud: String
        let exp: Int
        let nbf: Int
        let iat: Int
    }

    @Test func `with a token of its own for each request`() async throws {
        try await Self.run([.status(204), .status(204)]) { org, app, ana, receiver in
            org.endSessions(of: ana.id, includesApps: true)
            org.endSessions(of: ana.id, includesApps: true)

            let sent = await receiver.deliveries(2)
            var ids: Set<String> = []
            for request in sent {
                let token = try #require(request.headers[.authorization]?.split(separator: " ").last)
                let header = try #require(Data(base64URL: token.split(separator: ".")[0]))
                let names = try JSONDecoder().decode([String: String].self, from: header)
                let claims = try #require(try org.signingKeys().claims(of: String(token), as: Claims.self))
                #expect(names["typ"] == "global-token-revocation+jwt")
                #expect(names["alg"] == "RS256")
                #expect(claims.iss == org.origin)
                #expect(claims.sub == app.clientID)
                #expect(claims.aud == receiver.uri)
                #expect(claims.exp == claims.iat + 300)
                #expect(claims.nbf == claims.iat - 300)
                #expect(request.headers[.contentType] == "application/json")
                let subject = request.json?["sub_id"]
                #expect(subject?["format"]?.string == "iss_sub")
                #expect(subject?["iss"]?.string == org.origin)
                #expect(subject?["sub"]?.string == ana.id.description)
                ids.insert(claims.jti)
            }
            #expect(ids.count == 2)
        }
    }

    @Test func `by e-mail where the app wants it so`() async throws {
        try await Self.run([.status(204)], format: .email) { org, _, ana, receiver in
            org.endSessions(of: ana.id, includesApps: true)

            let subject = await receiver.deliveries(1).first?.json?["sub_id"]
            #expect(subject?["format"]?.string == "email")
            #expect(subject?["email"]?.string == "ana@acme.example")
        }
    }

    @Test func `and keeps what it answered, and says so in the System Log`() async throws {
        try await Self.run([.status(422)]) { org, app, ana, _ in
            org.endSessions(of: ana.id, includesApps: true)

            while org.logouts.deliveries.isEmpty { await Task.yield() }
            let delivery = try #require(org.logouts.deliveries.first)
            #expect(delivery.status == 422)
            #expect(delivery.app == app.id)
            #expect(delivery.person == ana.id)
            let events = org.logEvents(from: 1, limit: 1000) { $0.type == .universalLogout }.events
            #expect(events.map { $0.targets.map(\.id) } == [[ana.id.description, app.id.description]])
        }
    }

    @Test func `and not where it was not asked to, or the app is not the person's`() async throws {
        try await Self.run([.status(204)]) { org, app, ana, receiver in
            org.endSessions(of: ana.id)
            try org.unassign(ana.id, from: app.id)
            org.endSessions(of: ana.id, includesApps: true)
            try org.assign(ana.id, to: app.id)
            org.endSessions(of: ana.id, includesApps: true)

            _ = await receiver.deliveries(1)
            while org.logouts.deliveries.isEmpty { await Task.yield() }
            #expect(org.logouts.deliveries.count == 1)
            #expect(receiver.deliveries.count == 1)
        }
    }

    @Test(arguments: ["http://timus.example/x", "timus", "", "https://timus.example/x#y"])
    func `at no address that is not https or on this machine`(endpoint: String) throws {
        let org = Org()
        let app = try org.createApp(
            Org.AppSettings(label: "Timus", signInRedirectURIs: ["https://timus.example/cb"])
        )

        #expect(throws: OktaFailure.self) {
            try org.setUniversalLogout(Org.UniversalLogout(endpoint: endpoint), of: app.id)
        }
    }
}
