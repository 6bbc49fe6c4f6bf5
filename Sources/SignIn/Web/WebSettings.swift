public import Storage

/// What the pages have to know of the server they run on.
public struct WebSettings: Sendable {
    /// The one origin under which browsers and Connect reach this server (`TIMUS_PUBLIC_URL`), without a slash at its
    /// end. Links, redirect URIs and the issuer are made from it, never from a request's `Host`.
    public let publicURL: String
    /// Whether Okta may be on a private or loopback address (`--allow-local-okta`).
    public let allowLocalOkta: Bool

    /// Whose word on a client's address is taken (`--trusted-proxy`).
    public let trustedProxies: TrustedProxies

    public init(publicURL: String, allowLocalOkta: Bool = false, trustedProxies: TrustedProxies = TrustedProxies()) {
        self.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
        self.allowLocalOkta = allowLocalOkta
        self.trustedProxies = trustedProxies
    }

    /// Whether browsers reach the server over TLS, so that cookies carry `Secure` and the `__Host-` prefix.
    public var isSecure: Bool { publicURL.hasPrefix("https://") }

    /// The **Sign-in redirect URI** of the app integration in Okta.
    public var redirectURI: String { publicURL + "/user/external" }

    /// The **Sign-out redirect URI** of the app integration in Okta.
    public var signOutRedirectURI: String { publicURL + "/signed-out" }

    /// Where Okta sends the events of a hook.
    public func eventHookURL(_ hook: EventHook.ID) -> String { "\(publicURL)/okta/events/\(hook)" }

    /// The name of one of our cookies. `__Host-` keeps other hosts of the same domain from setting it, and needs TLS.
    func cookieName(_ name: String) -> String {
        isSecure ? "__Host-" + name : name
    }

    /// Whether a browser counts the origin as trustworthy, and so sends `Sec-Fetch-Site`: TLS, or loopback.
    var isTrustworthy: Bool {
        isSecure
            || ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { host in
                publicURL == host || publicURL.hasPrefix(host + ":")
            }
    }
}
