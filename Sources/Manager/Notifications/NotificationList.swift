import Storage
import WebUI

import struct Foundation.Date

/// The latest notifications with what came of each.
struct NotificationList: Component {
    let notifications: [Storage.Notification]
    let now: Date

    var html: HTML {
        guard !notifications.isEmpty else {
            return EmptyState(
                "No notification yet",
                "One is written when the synchronization stops, waits for approval or works again, or when somebody tries many e-mail addresses."
            ).html
        }
        return DataTable(
            notifications.count == 1 ? "1 notification" : "The latest \(notifications.count) notifications",
            columns: [.init("Written"), .init("Told"), .init("By"), .init("State")],
            rows: notifications.map(row)
        ).html
    }

    private func row(_ notification: Storage.Notification) -> [HTML] {
        [
            TimeText(notification.createdAt, now: now).html,
            "\(notification.kind.badge) \(notification.what)",
            notification.channel == .mail ? "Mail" : "Webhook",
            state(of: notification),
        ]
    }

    private func state(of notification: Storage.Notification) -> HTML {
        let error = notification.lastError.map { "<p class=\"soft small\">\($0)</p>" as HTML }
        return switch notification.state {
        case .sent(let at): "\(Badge("Sent", .positive)) \(TimeText(at, now: now))"
        case .waiting(let until) where notification.attempts > 0:
            "\(Badge("Failed", .warning)) tried again \(TimeText(until, now: now))\(error)"
        case .waiting: Badge("Waiting", .info).html
        case .givenUp: "\(Badge("Not sent", .negative))\(error)"
        }
    }
}

extension Storage.Notification.Kind {
    fileprivate var badge: Badge {
        switch self {
        case .stopped: Badge("Stopped", .negative)
        case .held: Badge("Waits", .warning)
        case .recovered: Badge("Works again", .positive)
        case .enumeration: Badge("Addresses tried", .warning)
        case .test: Badge("Test")
        }
    }
}
