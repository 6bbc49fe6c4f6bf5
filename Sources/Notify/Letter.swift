import Directory
import Foundation
import Storage

/// What a notification says, as a mail and as JSON.
struct Letter {
    let notification: Storage.Notification
    let organisation: String
    /// The domain of the Okta org; nil where the integration is not enabled.
    let domain: String?
    let publicURL: String

    var subject: String {
        let synchronization = "Timus: synchronization with \(domain ?? "Okta")"
        return switch notification.kind {
        case .stopped: "\(synchronization) stopped"
        case .held: "\(synchronization) waits for your approval"
        case .recovered: "\(synchronization) works again"
        case .enumeration: "Timus: somebody tries many e-mail addresses"
        case .test: "Timus: a test"
        }
    }

    var url: String { publicURL + notification.kind.path }

    func mail(from sender: MailAddress, to recipients: [MailAddress]) -> Mail {
        let text = """
            \(notification.what)

            \(notification.remedy)

            \(url)

            Organisation: \(organisation)
            Time: \(Self.time(notification.createdAt))

            You get this as an owner or administrator of Timus. Settings > Notifications turns it off.

            """
        return Mail(
            id: notification.id.rawValue,
            from: sender,
            to: recipients,
            subject: subject,
            text: text.replacing("\n", with: "\r\n"),
            date: notification.createdAt
        )
    }

    /// Keys in the order of the alphabet.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Body(
            id: notification.id.rawValue,
            kind: notification.kind,
            organisation: organisation,
            what: notification.what,
            remedy: notification.remedy,
            at: Self.time(notification.createdAt),
            url: url
        )
        // Texts alone: there is nothing in it that could not be encoded.
        return (try? encoder.encode(body)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private struct Body: Encodable {
        /// The same each time that one notification is sent.
        let id: String
        let kind: Storage.Notification.Kind
        let organisation: String
        let what: String
        let remedy: String
        let at: String
        let url: String
    }

    private static func time(_ date: Date) -> String { date.formatted(.iso8601) }
}

extension Storage.Notification.Kind {
    /// The page of Manager that says more.
    var path: String {
        switch self {
        case .stopped, .held, .recovered: "/settings/integrations/okta"
        case .enumeration: "/settings/connect"
        case .test: "/settings/notifications"
        }
    }
}
