import Crypto
import Foundation

/// One journey to Okta's sign-in page: where to send the browser, and what to keep until it returns.
///
/// `state`, `nonce` and `verifier` belong to one try of one browser. Keep them on the server, sealed, for ten minutes
/// at most, and use them once.
public struct AuthorizationRequest: Sendable {
    /// Where the browser goes.
    public let url: String
    /// 256 random bits, base64url; comes back with the browser.
    public let state: String
    /// 256 random bits, base64url; comes back inside the ID token.
    public let nonce: String
    /// The PKCE code verifier, 43 characters (RFC 7636 §4.1).
    public let verifier: String

    init(
        endpoint: String,
        clientID: String,
        redirectURI: String,
        scope: String,
        loginHint: String?,
        random: (Int) -> [UInt8]
    ) {
        state = Base64URL.encode(random(32))
        nonce = Base64URL.encode(random(32))
        verifier = Base64URL.encode(random(32))
        var fields = [
            (name: "client_id", value: clientID),
            (name: "response_type", value: "code"),
            (name: "response_mode", value: "query"),
            (name: "scope", value: scope),
            (name: "redirect_uri", value: redirectURI),
            (name: "state", value: state),
            (name: "nonce", value: nonce),
            (name: "code_challenge", value: Base64URL.encode(SHA256.hash(data: Data(verifier.utf8)))),
            (name: "code_challenge_method", value: "S256"),
        ]
        if let loginHint, !loginHint.isEmpty { fields.append((name: "login_hint", value: loginHint)) }
        url = endpoint.appendingQuery(fields)
    }
}
