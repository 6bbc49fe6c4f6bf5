/// One try to sign in through Okta, from the redirect there until the answer. Each tab has its own.
///
/// It is good once, for ten minutes, and only in the browser that began it.
public struct SignInAttempt: Sendable {
    /// Seconds for which an attempt is good.
    public static let lifetime = 600

    /// For whom the sign-in is.
    public enum Purpose: String, Sendable, Codable, CaseIterable {
        case manager
        case account
        case connect
    }

    /// `state` of the authorization request. Only its SHA-256 is kept, so an attempt taken back holds what was
    /// presented.
    public let state: String
    /// The value of the cookie that binds the attempt to a browser; only its SHA-256 is kept.
    public let browser: String
    public let nonce: String
    /// The PKCE code verifier; sealed where it is kept.
    public let verifier: Secret
    public let purpose: Purpose
    /// The path of ours to which the browser goes after the sign-in.
    public let redirectAfter: String
    /// Where it was begun, as attempts are bounded by it: an address, or a network of addresses that one machine may have.
    /// Not kept to be read again: empty in an attempt taken back.
    public let source: String

    public init(
        state: String,
        browser: String,
        nonce: String,
        verifier: Secret,
        purpose: Purpose,
        redirectAfter: String,
        source: String = ""
    ) {
        self.state = state
        self.browser = browser
        self.nonce = nonce
        self.verifier = verifier
        self.purpose = purpose
        self.redirectAfter = redirectAfter
        self.source = source
    }
}
