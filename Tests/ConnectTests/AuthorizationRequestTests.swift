import ConnectAPI
import Crypto
import Foundation
import Testing

@testable import Connect

@Suite struct `An authorization request` {
    private let request: AuthorizationRequest

    init() throws {
        request = AuthorizationRequest(
            server: try ServerAddress("https://timus.acme.example"),
            email: "ana+vpn@acme.example",
            deviceName: "ana's laptop",
            redirectURI: "http://127.0.0.1:40000/callback"
        )
    }

    @Test func `carries the challenge and never the verifier`() throws {
        let fields = try #require(URLForm.fields(of: String(request.url.split(separator: "?")[1])))
        let challenge = Data(SHA256.hash(data: Data(request.verifier.utf8))).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")

        #expect(request.url.hasPrefix("https://timus.acme.example/oauth/authorize?"))
        #expect(fields["code_challenge"] == challenge)
        #expect(fields["code_challenge_method"] == "S256")
        #expect(fields["login_hint"] == "ana+vpn@acme.example")
        #expect(fields["device_name"] == "ana's laptop")
        #expect(fields["match_code"] == nil)
        #expect(request.matchCode == MatchCode.of(challenge: challenge))
        #expect(fields["state"] == request.state)
        #expect(!request.url.contains(request.verifier))
    }

    @Test func `has secrets of 256 bits, new for each`() throws {
        let secrets = Set((0..<1000).map { _ in AuthorizationRequest.secret() })

        #expect(secrets.count == 1000)
        #expect(secrets.allSatisfy { $0.count == 43 })
    }

    @Test func `takes the code of its own answer`() throws {
        let answer = try #require(
            AuthorizationRequest.Answer(query: "code=abc&state=\(request.state)&iss=https%3A%2F%2Ftimus.acme.example")
        )

        #expect(request.isAnswered(by: answer))
        #expect(try request.code(from: answer) == "abc")
    }

    @Test(arguments: ["code=abc", "code=abc&state=", "code=abc&state=another"])
    func `is not answered by another state`(query: String) throws {
        let answer = try #require(AuthorizationRequest.Answer(query: query))

        #expect(!request.isAnswered(by: answer))
    }

    @Test func `refuses a code from another issuer`() throws {
        let answer = try #require(
            AuthorizationRequest.Answer(query: "code=abc&state=\(request.state)&iss=https://evil.example")
        )

        #expect(throws: ConnectError.self) { try request.code(from: answer) }
    }

    @Test func `does not read an answer that says a thing twice`() {
        #expect(AuthorizationRequest.Answer(query: "code=abc&code=def") == nil)
    }

    @Test func `says what the server said when it was refused`() throws {
        let answer = try #require(
            AuthorizationRequest.Answer(query: "state=x&error=access_denied&error_description=Cancel+was+pressed.")
        )

        #expect(throws: ConnectError.signInFailed("Cancel was pressed.", hint: "Sign in again when you are ready")) {
            try request.code(from: answer)
        }
    }

    @Test func `takes the server's second sentence for the hint`() throws {
        let answer = try #require(
            AuthorizationRequest.Answer(
                query: "error=access_denied&error_description=You+are+not+assigned+to+this+app+in+Okta."
                    + "+Ask+your+administrator.+Then+try+again."
            )
        )

        #expect(
            throws: ConnectError.signInFailed(
                "You are not assigned to this app in Okta",
                hint: "Ask your administrator. Then try again"
            )
        ) {
            try request.code(from: answer)
        }
    }

    @Test(arguments: [
        ("error=server_error", "The server refused the sign-in (server_error)", "Sign in again"),
        ("error=access_denied", "The sign-in was cancelled in the browser", "Sign in again when you are ready"),
    ])
    func `says what it can where the server said little`(query: String, what: String, hint: String) throws {
        let answer = try #require(AuthorizationRequest.Answer(query: query))

        #expect(throws: ConnectError.signInFailed(what, hint: hint)) { try request.code(from: answer) }
    }
}

@Suite struct `A match code` {
    /// Computed apart from this code: `sha256("timus match code\n" + challenge)`, its first bytes modulo twenty.
    @Test(arguments: [
        ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "WFDV"), ("", "HLTL"),
    ])
    func `is what anybody makes of the challenge`(challenge: String, code: String) {
        #expect(MatchCode.of(challenge: challenge) == code)
    }

    @Test func `has all twenty letters, and differs where the challenge does`() {
        let codes = (0..<2000).map { MatchCode.of(challenge: "challenge \($0)") }

        #expect(codes.allSatisfy { $0.count == 4 })
        #expect(Set(codes.joined()) == Set("BCDFGHJKLMNPQRSTVWXZ"))
        #expect(Set(codes).count > 1950)
    }
}
