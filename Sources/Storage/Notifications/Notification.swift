public import Directory

public import struct Foundation.Date

/// One thing that administrators are told, on one channel, with how far the telling is.
public struct Notification: Identifiable, Hashable, Sendable {
    public typealias ID = Identifier<Notification>

    /// What happened.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The synchronization does not go on until an administrator has mended it.
        case stopped
        /// A run waits for an administrator's approval.
        case held
        /// The synchronization works again after one of the two.
        case recovered
        /// Somebody tries many e-mail addresses on Connect's first screen.
        case enumeration
        /// Somebody wanted to see whether notifications arrive. Sent at once, and never kept.
        case test

        /// Those of the synchronization: of each other they depend on what was told last.
        static let ofSynchronization: [Kind] = [.stopped, .held, .recovered]
    }

    public enum Channel: String, Hashable, Sendable, Codable, CaseIterable {
        case mail
        case webhook
    }

    /// How far the telling is.
    public enum State: Hashable, Sendable {
        /// Tried next at that time.
        case waiting(until: Date)
        case sent(Date)
        /// Not tried any more.
        case givenUp
    }

    public let id: ID
    public let kind: Kind
    public let channel: Channel
    /// One sentence on what happened, and one on what to do.
    public let what: String
    public let remedy: String
    public let createdAt: Date
    /// How often it failed.
    public let attempts: Int
    public let state: State
    /// Why it failed last; nil where it never did.
    public let lastError: String?

    /// A test, which is not kept.
    public static func test(on channel: Channel, at time: Date) -> Notification {
        Notification(
            id: .random(),
            kind: .test,
            channel: channel,
            what: "This is a test: notifications of Timus arrive here.",
            remedy: "There is nothing to do.",
            createdAt: time,
            attempts: 0,
            state: .waiting(until: time),
            lastError: nil
        )
    }
}

extension Notification {
    /// What ``init(_:)`` reads.
    static let columns: SQL = """
        notification_id, kind, channel, what, remedy, created_at, attempts, next_attempt_at, sent_at, last_error
        """

    init(_ row: Row) throws(StoreError) {
        let sentAt = try row.optionalDate("sent_at")
        let nextAttemptAt = try row.optionalDate("next_attempt_at")
        try self.init(
            id: row.id("notification_id"),
            kind: row.value("kind"),
            channel: row.value("channel"),
            what: row.text("what"),
            remedy: row.text("remedy"),
            createdAt: row.date("created_at"),
            attempts: row.int("attempts"),
            state: sentAt.map { .sent($0) } ?? nextAttemptAt.map { .waiting(until: $0) } ?? .givenUp,
            lastError: row.optionalText("last_error")
        )
    }
}
