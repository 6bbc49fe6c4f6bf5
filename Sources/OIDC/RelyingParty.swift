public import AsyncHTTPClient
public import Foundation
import NIOCore

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

    /// - Parameters:
    ///   - issuer: with no slash at its end; what discovery names must equal it byte for byte.
    ///   - redirectURI: exactly as registered in Okta; never taken from a request.
    ///   - http: must not follow redirects; ``httpConfiguration()`` makes it so.
    ///   - allowInsecureLoopback: lets `http://127.0.0.1:PORT` and `http://localhost:PORT` be an issuer.
    ///   - random: as many bytes as asked for, from the system's generator unless a test says otherwise.
    public init(
        issuer: String,
        clientID: String,
        clientSecret: String,
        redirectURI: String,
        http: HTTPClient,
        allowInsecureLoopback: Bool = false,
        now: @escaping @Sendable () -> Date = { Date() },
        random: @escaping @Sendable (Int) -> [UInt8] = RelyingParty.systemRandom
    ) {
        let fetch = Fetch(http: http)
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.redirectURI = redirectURI
        self.now = now
        self.random = random
        self.fetch = fetch
        self.discovery = Discovery(
            issuer: issuer,
            allowInsecureLoopback: allowInsecureLoopback,
            fetch: fetch,
            now: now
        )
        self.keys = KeySet(fetch: fetch, now: now)
    }

    /// A new journey to the sign-in page.
    ///
    /// - Parameter loginHint: the e-mail that was asked for first; Okta fills its form with it.
    public func authorizationRequest(loginHint: String? = nil) async throws(OIDCError) -> AuthorizationRequest {
        let metadata = try await discovery.metadata()
        return AuthorizationRequest(
            endpoint: metadata.authorizationEndpoint,
            issuer: issuer,
            clientID: clientID,
            redirectURI: redirectURI,
            loginHint: loginHint,
            random: random
        )
    }

    /// Redeems a code for an ID token and verifies it. A code is tried once, whatever happens.
    ///
    /// - Parameters:
    ///   - verifier: of the attempt that the answer's state named.
    ///   - nonce: of the same attempt.
    public func signIn(code: String, verifier: String, nonce: String) async throws(OIDCError) -> IDToken {
        let metadata = try await discovery.metadata()
        let answer = try await redeem(code, verifier: verifier, at: metadata)
        let expectation = IDToken.Expectation(
            issuer: issuer,
            clientID: clientID,
            nonce: nonce,
            accessToken: answer.accessToken,
            now: now()
        )
        return try await IDToken(verifying: answer.idToken, against: expectation) { (kid) throws(OIDCError) in
            try await keys.key(kid, at: metadata.keysEndpoint)
        }
    }

    /// Proves client ID and secret at the token endpoint, with a code that cannot exist: a provider that takes the
    /// credentials complains of the code only.
    public func verifyCredentials() async throws(OIDCError) {
        let metadata = try await discovery.metadata()
        do {
            let code = Base64URL.encode(random(32))
            _ = try await redeem(code, verifier: Base64URL.encode(random(32)), at: metadata)
        } catch .codeExpired {
            return
        }
        throw .malformedResponse(cause: "a made-up code was taken")
    }

    /// Where to send the browser to end the session at Okta too; nil if the provider has no such address.
    ///
    /// - Parameter postLogout: must be registered under Sign-out redirect URIs.
    public func signOutURL(idToken: String, postLogout: String? = nil) async throws(OIDCError) -> String? {
        guard let endpoint = try await discovery.metadata().endSessionEndpoint else { return nil }
        let target = postLogout.map { [(name: "post_logout_redirect_uri", value: $0)] } ?? []
        return endpoint.appendingQuery([(name: "id_token_hint", value: idToken)] + target)
    }

    private func redeem(
        _ code: String,
        verifier: String,
        at metadata: ProviderMetadata
    ) async throws(OIDCError) -> TokenAnswer {
        let fields = [
            (name: "grant_type", value: "authorization_code"),
            (name: "code", value: code),
            (name: "redirect_uri", value: redirectURI),
            (name: "code_verifier", value: verifier),
        ]
        let answer = try await fetch.post(
            fields,
            to: metadata.tokenEndpoint,
            authorization: authorization,
            upTo: 64 << 10
        )
        return try TokenAnswer(answer, from: URL(string: metadata.tokenEndpoint)?.host() ?? "Okta")
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

    /// Settings for the `HTTPClient` that is handed in: HTTP/1.1, no redirects, three seconds to connect.
    public static func httpConfiguration() -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(3), read: .seconds(10))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.decompression = .disabled
        return configuration
    }
}
