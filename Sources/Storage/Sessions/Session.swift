public import Directory

public import struct Foundation.Date

/// A sign-in that is still good. Whoever holds its token acts as its holder; only the token's SHA-256 is kept.
public struct Session: Identifiable, Hashable, Sendable {
    public typealias ID = Identifier<Session>

    public enum Holder: Hashable, Sendable {
        case administrator(Administrator.ID)
        case user(User.ID)
    }

    /// Where the session is used, which decides how long it lives.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case manager
        case account
        case connect
    }

    public let id: ID
    public let holder: Holder
    public let kind: Kind
    public let createdAt: Date
    /// When the holder last showed who they are: at the sign-in, or asked again since.
    public let authenticatedAt: Date
    /// Written at most once a minute.
    public let lastSeenAt: Date
    /// When the session ends however busy it is; it may end before, when it was idle for ``Kind/idleLimit``.
    public let expiresAt: Date
    public let userAgent: String?
    /// The address from which it was opened.
    public let address: String?
    /// For an administrator who came in through Okta: the linked user. nil for a sign-in by password and for users.
    public let throughOktaUser: User.ID?
    /// When Connect's access token ends, before the session does; nil for a token that ends with its session.
    let tokenExpiresAt: Date?
    /// Whether the access token has opened anything since it was given. Kept for Connect only.
    let isTokenUsed: Bool
}

extension Session.Kind {
    /// Seconds without a request after which the session ends.
    public var idleLimit: Int {
        switch self {
        case .manager: 30 * 60
        case .account: 8 * 3600
        case .connect: 30 * 24 * 3600
        }
    }

    /// Seconds after which the session ends however busy it is.
    public var absoluteLimit: Int {
        switch self {
        case .manager: 12 * 3600
        case .account: 24 * 3600
        case .connect: 90 * 24 * 3600
        }
    }
}
