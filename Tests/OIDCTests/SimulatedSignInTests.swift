import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import OIDC
import OktaSimulator
import Synchronization
import Testing

@Suite struct `Signing in at a simulated org` {
    private static let redirectURI = "http://127.0.0.1:9/user/external"

    /// Ana, who has a session in her browser, and the app that she is assigned to.
    private struct Scene {
        let org: Org
        let ana: Org.Person
        let http: HTTPClient
        let origin: String
        let integration: Org.Integration

        func party(
            clientID: String? = nil,
            clientSecret: String? = nil,
            now: @escaping @Sendable () -> Date = { Date() }
        ) -> RelyingParty {
            RelyingParty(
                issuer: origin,
                clientID: clientID ?? integration.clientID,
                clientSecret: clientSecret ?? integration.clientSecret,
                redirectURI: redirectURI,
                http: http,
                allowInsecureLoopback: true,
                now: now
            )
        }

        /// Follows the journey to where the browser comes back to.
        func answer(to request: AuthorizationRequest) async throws -> AuthorizationResponse {
            var message = HTTPClientRequest(url: request.url)
            message.headers.add(name: "Cookie", value: "sid=\(try org.openSession(for: ana.id).token)")
            let response = try await http.execute(message, timeout: .seconds(10))
            let place = try #require(response.headers.first(name: "Location"))
            #expect(place.hasPrefix(redirectURI + "?"))
            return try AuthorizationResponse(query: String(place.drop { $0 != "?" }.dropFirst()))
        }
    }

    private static func run(_ body: (Scene) async throws -> Void) async throws {
        let org = Org()
        try await withSimulator(org) { origin in
            let http = HTTPClient(configuration: RelyingParty.httpConfiguration())
            let ana = try org.createPerson(
                .init(firstName: "Ana", lastName: "Silva", login: "ana@acme.example", email: "ana.silva@acme.example"),
                credentials: .password("Berlin-2026-secret!")
            )
            let scene = Scene(
                org: org,
                ana: ana,
                http: http,
                origin: origin,
                integration: try org.integrateTimus(redirectURI: redirectURI)
            )
            let result: Result<Void, any Error>
            do { result = .success(try await body(scene)) } catch { result = .failure(error) }
            try await http.shutdown()
            try result.get()
        }
    }

    @Test func `names the user by Okta's id`() async throws {
        try await Self.run { scene in
            let party = scene.party()
            let request = try await party.authorizationRequest(loginHint: "ana@acme.example")
            let response = try await scene.answer(to: request)

            #expect(response.state == request.state)
            let token = try await party.signIn(
                code: party.code(from: response),
                verifier: request.verifier,
                nonce: request.nonce
            )

            #expect(token.claims.subject == scene.ana.id.description)
            #expect(token.claims.email == "ana.silva@acme.example")
            #expect(token.claims.preferredUsername == "ana@acme.example")
        }
    }

    @Test func `works once a code`() async throws {
        try await Self.run { scene in
            let party = scene.party()
            let request = try await party.authorizationRequest()
            let code = try await party.code(from: try await scene.answer(to: request))
            _ = try await party.signIn(code: code, verifier: request.verifier, nonce: request.nonce)

            await #expect(throws: OIDCError.codeExpired) {
                try await party.signIn(code: code, verifier: request.verifier, nonce: request.nonce)
            }
        }
    }

    @Test func `fails with another journey's verifier or nonce`() async throws {
        try await Self.run { scene in
            let party = scene.party()
            let mine = try await party.authorizationRequest()
            let theirs = try await party.authorizationRequest()

            let code = try await party.code(from: try await scene.answer(to: theirs))
            await #expect(throws: OIDCError.codeExpired) {
                try await party.signIn(code: code, verifier: mine.verifier, nonce: theirs.nonce)
            }

            let next = try await party.code(from: try await scene.answer(to: theirs))
            await #expect(throws: OIDCError.tokenRefused(.nonce)) {
                try await party.signIn(code: next, verifier: theirs.verifier, nonce: mine.nonce)
            }
        }
    }

    @Test func `says so when the user is not assigned to the app`() async throws {
        try await Self.run { scene in
            let app = try #require(scene.org.app(clientID: scene.integration.clientID))
            try scene.org.unassign(scene.org.everyone, from: app.id)
            let party = scene.party()
            let request = try await party.authorizationRequest()

            let response = try await scene.answer(to: request)

            #expect(response.state == request.state)
            await #expect(throws: OIDCError.notAssigned) { try await party.code(from: response) }
        }
    }

    @Test func `goes on when Okta changes its keys`() async throws {
        try await Self.run { scene in
            let ahead = Ahead()
            let party = scene.party(now: { ahead.date })
            for _ in 1...2 {
                let request = try await party.authorizationRequest()
                let code = try await party.code(from: try await scene.answer(to: request))
                let token = try await party.signIn(code: code, verifier: request.verifier, nonce: request.nonce)
                #expect(token.claims.subject == scene.ana.id.description)

                try scene.org.rotateSigningKeys(keepingOld: false)
                ahead.seconds.withLock { $0 = 31 }
            }
        }
    }

    /// A clock that runs some seconds ahead of the wall's.
    private final class Ahead: Sendable {
        let seconds = Mutex(0.0)

        var date: Date { Date().addingTimeInterval(seconds.withLock { $0 }) }
    }

    @Test func `is proven to work before anybody signs in`() async throws {
        try await Self.run { scene in
            try await scene.party().verifyCredentials()
            await #expect(throws: OIDCError.clientSecretRejected) {
                try await scene.party(clientSecret: "another").verifyCredentials()
            }
            await #expect(throws: OIDCError.clientIDRejected) {
                try await scene.party(clientID: "0oaNobody").verifyCredentials()
            }
        }
    }

    @Test func `ends at Okta too`() async throws {
        try await Self.run { scene in
            let party = scene.party()
            let request = try await party.authorizationRequest()
            let code = try await party.code(from: try await scene.answer(to: request))
            let token = try await party.signIn(code: code, verifier: request.verifier, nonce: request.nonce)

            let url = try #require(try await party.signOutURL(idToken: token.text, postLogout: "http://127.0.0.1:9/"))
            let response = try await scene.http.execute(HTTPClientRequest(url: url), timeout: .seconds(10))

            #expect(response.headers.first(name: "Location")?.hasPrefix("http://127.0.0.1:9/?state=") == true)
        }
    }
}
