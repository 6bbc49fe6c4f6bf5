/// What one client took of an org's rate limits.
public struct OktaUse: Hashable, Sendable {
    /// Requests that went out, retries included.
    public var requests: [OktaBucket: Int] = [:]
    /// How many requests a minute Okta allows the token, as it said last; a bucket that was not asked has no entry.
    public var limits: [OktaBucket: Int] = [:]
    /// Requests that Okta refused with HTTP 429.
    public var refused = 0
    /// The time for which requests were held back so that the limits hold.
    public var waited: Duration = .zero

    public init() {}
}
