public import Storage
public import WebUI

public import struct Foundation.Date

/// Sessions as rows, each with the button that ends it: for their user in Accounts, and for administrators in Manager.
public struct SessionTable: Component {
    private let caption: String
    private let sessions: [Session]
    private let now: Date
    private let action: (@Sendable (Session) -> HTML)?

    /// - Parameters:
    ///   - sessions: At least one.
    ///   - action: What stands at the end of a row; nil where there is nothing to do.
    public init(_ caption: String, _ sessions: [Session], now: Date, action: (@Sendable (Session) -> HTML)?) {
        self.caption = caption
        self.sessions = sessions
        self.now = now
        self.action = action
    }

    public var html: HTML {
        let columns: [DataTable.Column] = [
            .init("Session"), .init("Where"), .init("Since"), .init("Last seen"), .init("Ends by itself"),
        ]
        let rows = sessions.map { session -> [HTML] in
            [
                "\(session.kind.title)", "\(isolated: session.place)", "\(TimeText(session.createdAt, now: now))",
                "\(TimeText(session.lastSeenAt, now: now))", "\(TimeText(session.endsAt, now: now))",
            ] + (action.map { [$0(session)] } ?? [])
        }
        let kinds = Session.Kind.allCases.filter { kind in sessions.contains { $0.kind == kind } }
        return """
            \(DataTable(
                caption,
                columns: columns + (action == nil ? [] : [.init("Sign out", isUnseen: true)]),
                rows: rows,
                captionIsUnseen: true
            ))<p class="soft small">\(kinds.map(\.limits).joined(separator: " "))</p>
            """
    }
}

extension Session {
    /// When it ends if nothing is done with it from now on.
    var endsAt: Date { min(expiresAt, lastSeenAt.addingTimeInterval(Double(kind.idleLimit))) }
}

extension Session.Kind {
    /// The application in which the session is used.
    public var title: String {
        switch self {
        case .manager: "Timus Manager"
        case .account: "Accounts"
        case .connect: "Timus Connect"
        }
    }

    /// "Accounts: ends after 8 hours without use, and after 24 hours in any case."
    var limits: String {
        "\(title): ends after \(Self.words(idleLimit)) without use, and after \(Self.words(absoluteLimit)) in any case."
    }

    private static func words(_ seconds: Int) -> String {
        switch seconds {
        case ..<7200: "\(seconds / 60) minutes"
        case ...86400: "\(seconds / 3600) hours"
        default: "\(seconds / 86400) days"
        }
    }
}
