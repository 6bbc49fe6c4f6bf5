public import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOSSL

/// This server, as an app integration of one Okta org: it sends people there to sign in and verifies who came back.
///
/// Keep one for as long as its settings hold: it caches the org's metadata and keys.
public struct RelyingParty: Sendable {
    public let issuer: String
    public let clientID: String
    public let redirectURI: String

    private let clientSecret: String
    private let now: @Sendable () -> Date
    private let random: @Sendable (Int) -> [UInt8]
    private let fetch: Fetch
    private let discovery: Discovery
    private let keys: KeySet
    private let checks: Checks

    /// - Parameters:
    ///   - issuer: with no slash at its end; what discovery names must equal it byte for byte.
    ///   - redirectURI: exactly as registered in Okta; never taken from a request.
    ///   - http: must not follow redirects; ``httpConfiguration()`` makes it so.
    ///   - allowInsecureLoopback: lets `http://127.0.0.1:PORT` and `http://localhost:PORT` be an issuer.
    ///   - onCheck: hears of each check as it is made; discovery's only when it is read.
    ///   - random: as many bytes as asked for, from the system's generator unless a test says otherwise.
    public init(
        issuer: String,
        clientID: String,
        clientSecret: String,
        redirectURI: String,
        http: HTTPClient,
        allowInsecureLoopback: Bool = false,
        now: @escaping @Sendable () -> Date = { Date() },
        random: @escaping @Sendable (Int) -> [UInt8] = RelyingParty.systemRandom,
        onCheck: @escaping @Sendable (Check, Check.Outcome) -> Void = { _, _ in }
    ) {
        let checks = Checks(tell: onCheck)
        let fetch = Fetch(http: http)
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.redirectURI = redirectURI
        self.now = now
        self.random = random
        self.fetch = fetch
        self.checks = checks
        self.discovery = Discovery(
            issuer: issuer,
            allowInsecureLoopback: allowInsecureLoopback,
            fetch: fetch,
            checks: checks,
            now: now
        )
        self.keys = KeySet(fetch: fetch, now: now)
    }

    /// A new journey to the sign-in page.
    ///
    /// - Parameters:
    ///   - scope: with `openid` in it, names separated by a space.
    ///   - loginHint: the e-mail that was asked for first; Okta fills its form with it.
    public func authorizationRequest(
        scope: String = "openid profile email",
        loginHint: String? = nil
    ) async throws(OIDCError) -> AuthorizationRequest {
        let metadata = try await discovery.metadata()
        return AuthorizationRequest(
            endpoint: metadata.authorizationEndpoint,
            clientID: clientID,
            redirectURI: redirectURI,
            scope: scope,
            loginHint: loginHint,
            random: random
        )
    }

    /// The authorization code of an answer, or what the provider refused.
    ///
    /// An `iss` in it must equal the issuer byte for byte, and has to be there where the metadata says so (RFC 9207 §2.4).
    public func code(from response: AuthorizationResponse) async throws(OIDCError) -> String {
        let isNamed = try await discovery.metadata().namesIssuerInResponses
        try checks.require(
            .responseIssuer,
            response.issuer.map { $0.isSame(issuer) } ?? (isNamed ? false : nil),
            or: .issuerMismatch(expected: issuer, came: response.issuer.map { String($0.prefix(200)) } ?? "none")
        )
        return try checks.require(.responseCode, response.result)
    }

    /// Redeems a code for an ID token and verifies it. A code is tried once, whatever happens.
    ///
    /// - Parameters:
    ///   - verifier: of the attempt that the answer's state named.
    ///   - nonce: of the same attempt.
    public func signIn(code: String, verifier: String, nonce: String) async throws(OIDCError) -> IDToken {
        try await tokens(code: code, verifier: verifier, nonce: nonce).idToken
    }

    /// The same as ``signIn(code:verifier:nonce:)``, and keeps the access token for ``userInfo(_:)``.
    public func tokens(code: String, verifier: String, nonce: String) async throws(OIDCError) -> Tokens {
        let metadata = try await discovery.metadata()
        let answer = try await redeem(code, verifier: verifier, at: metadata, checks: checks)
        let expectation = IDToken.Expectation(
            issuer: issuer,
            clientID: clientID,
            nonce: nonce,
            accessToken: answer.accessToken,
            now: now()
        )
        let idToken = try await IDToken(verifying: answer.idToken, against: expectation, checks: checks) {
            (header) throws(OIDCError) in
            try await keys.key(for: header, at: metadata.keysEndpoint)
        }
        return Tokens(idToken: idToken, accessToken: answer.accessToken)
    }

    /// What the UserInfo endpoint says about who signed in (OpenID Connect Core 1.0 §5.3); nil where the provider has no
    /// such endpoint or sent no access token.
    public func userInfo(_ tokens: Tokens) async throws(OIDCError) -> UserInfo? {
        guard let endpoint = try await discovery.metadata().userInfoEndpoint, let accessToken = tokens.accessToken
        else {
            for check in [Check.userInfoAnswer, .userInfoSubject] { try checks.require(check, nil) }
            return nil
        }
        let answer = await Result.of { () async throws(OIDCError) in
            try UserInfo(try await fetch.get(endpoint, bearer: accessToken, upTo: 64 << 10))
        }
        let userInfo = try checks.require(.userInfoAnswer, answer)
        try checks.require(
            .userInfoSubject,
            userInfo.subject.isSame(tokens.idToken.claims.subject),
            or: .malformedResponse(cause: "UserInfo is about another user")
        )
        return userInfo
    }

    /// Reads the provider's keys anew, so that one which the provider took back is good no longer.
    public func refreshKeys() async throws(OIDCError) {
        try await keys.refresh(from: try await discovery.metadata().keysEndpoint)
    }

    /// Verifies the token with which the provider asks for a Universal Logout. Whether it was used before is not checked.
    ///
    /// - Parameter endpoint: our own address for it, without a query, which the token has to name.
    public func revocationToken(_ text: String, endpoint: String) async throws(OIDCError) -> RevocationToken {
        let metadata = try await discovery.metadata()
        let expectation = RevocationToken.Expectation(
            issuer: issuer,
            clientID: clientID,
            endpoint: endpoint,
            now: now()
        )
        return try await RevocationToken(verifying: text, against: expectation) { (header) throws(OIDCError) in
            try await keys.key(for: header, at: metadata.keysEndpoint)
        }
    }

    /// Proves client ID and secret at the token endpoint, with a code that cannot exist: a provider that takes the
    /// credentials complains of the code only.
    public func verifyCredentials() async throws(OIDCError) {
        let metadata = try await discovery.metadata()
        do {
            let code = Base64URL.encode(random(32))
            _ = try await redeem(code, verifier: Base64URL.encode(random(32)), at: metadata, checks: Checks())
        } catch .codeExpired {
            return
        }
        throw .malformedResponse(cause: "a made-up code was taken")
    }

    /// Where to send the browser to end the session at Okta too; nil if the provider has no such address
    /// (OpenID Connect RP-Initiated Logout 1.0 §2).
    ///
    /// The address has a `state`, which some providers want. Nothing hangs on its coming back: the session here has ended.
    ///
    /// - Parameters:
    ///   - idToken: of the session that ends; it may have run out.
    ///   - postLogout: must be registered under Sign-out redirect URIs.
    public func signOutURL(idToken: String, postLogout: String? = nil) async throws(OIDCError) -> String? {
        guard let endpoint = try await discovery.metadata().endSessionEndpoint else { return nil }
        var fields = [(name: "id_token_hint", value: idToken)]
        if let postLogout {
            fields.append((name: "post_logout_redirect_uri", value: postLogout))
            fields.append((name: "state", value: Base64URL.encode(random(16))))
        }
        return endpoint.appendingQuery(fields)
    }

    private func redeem(
        _ code: String,
        verifier: String,
        at metadata: ProviderMetadata,
        checks: Checks
    ) async throws(OIDCError) -> TokenAnswer {
        let fields = [
            (name: "grant_type", value: "authorization_code"),
            (name: "code", value: code),
            (name: "redirect_uri", value: redirectURI),
            (name: "code_verifier", value: verifier),
        ]
        let answer = await Result.of { () async throws(OIDCError) in
            try await fetch.post(fields, to: metadata.tokenEndpoint, authorization: authorization, upTo: 64 << 10)
        }
        return try TokenAnswer(answer, from: URL(string: metadata.tokenEndpoint)?.host() ?? "Okta", checks: checks)
    }

    /// `client_secret_basic`: both parts are form-encoded before they are joined (RFC 6749 §2.3.1).
    private var authorization: String {
        let pair = FormEncoding.encode(clientID) + ":" + FormEncoding.encode(clientSecret)
        return "Basic " + Data(pair.utf8).base64EncodedString()
    }

    /// Bytes from the system's generator.
    public static let systemRandom: @Sendable (Int) -> [UInt8] = { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Settings for the `HTTPClient` that is handed in: HTTP/1.1, TLS 1.2 or later, no redirects, three seconds to
    /// connect.
    public static func httpConfiguration() -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = tls
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(3), read: .seconds(10))
        // Before a load balancer of the usual sixty seconds closes it, perhaps under the next request.
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.decompression = .disabled
        return configuration
    }

    /// The same, trusting the certificates of a PEM file in place of the system's; nil where it holds none.
    public static func httpConfiguration(trustingOnly file: String) -> HTTPClient.Configuration? {
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty else { return nil }
        var configuration = httpConfiguration()
        configuration.tlsConfiguration?.trustRoots = .certificates(certificates)
        return configuration
    }
}
