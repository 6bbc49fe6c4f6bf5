public import struct Foundation.Date

/// What Connect holds of its session (RFC 6749 §5.1); only the SHA-256 of either is kept.
public struct ConnectTokens: Sendable {
    /// Seconds for which an access token is good. A renewal ends it at once.
    public static let accessLifetime = 3600

    public let access: Secret
    public let accessExpiresAt: Date
    /// Good once, until the session's own limits.
    public let refresh: Secret
}

/// What comes of showing a refresh token.
public enum Renewal: Sendable {
    case renewed(Session, ConnectTokens)
    /// In one sentence, why the session has ended or there is none.
    case refused(String)
}
