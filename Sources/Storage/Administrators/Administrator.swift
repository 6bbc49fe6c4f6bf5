public import Directory

public import struct Foundation.Date

/// A person who runs the organisation in Manager.
public struct Administrator: Identifiable, Hashable, Sendable, Codable {
    public typealias ID = Identifier<Administrator>

    /// What an administrator may do; a later role may do less.
    public enum Role: String, Hashable, Sendable, Codable, CaseIterable {
        /// Everything, other administrators included.
        case owner
        /// Everything but the other administrators.
        case administrator
        /// Look, and change nothing.
        case viewer
    }

    public let id: ID
    /// In lower case; unique in the organisation.
    public let email: String
    public let name: String?
    public let role: Role
    /// The user in Okta as whom this administrator may sign in; nil where none is linked.
    public let oktaUser: User.ID?
    /// Whether the administrator may sign in with a password of ours.
    public let hasPassword: Bool
    public let createdAt: Date
    /// Whether an Okta group makes this person an administrator, and nobody added them by hand. ``role`` is then what
    /// their groups give now, and without such a group they are no administrator.
    public let isThroughGroup: Bool
    public let secondFactor: SecondFactor
}

extension Administrator {
    /// Whether a sign-in with the password asks for a code too.
    public enum SecondFactor: String, Hashable, Sendable, Codable, CaseIterable {
        case off
        case on
        /// On, but a recovery code stood in for the app, which may be lost: it has to be set up anew.
        case recovered
    }
}

extension Administrator.Role: Comparable {
    /// A role is less than another where it may do less.
    public static func < (left: Self, right: Self) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .administrator: 1
        case .owner: 2
        }
    }
}
