public import Foundation

/// How administrators are told, without the secret of the webhook.
public struct NotificationSettings: Hashable, Sendable {
    /// Whether owners and administrators are told by mail, where the server can send any.
    public var isMailOn: Bool
    /// Where to post; nil for nowhere. Whether it is an address that may be posted to is the caller's to check.
    public var webhookURL: String?
    /// Who changed them last, and when; nil while nobody has.
    public let setBy: String?
    public let setAt: Date?

    /// What holds until somebody says otherwise.
    public init() {
        isMailOn = true
        webhookURL = nil
        setBy = nil
        setAt = nil
    }
}

extension NotificationSettings {
    init(_ row: Row) throws(StoreError) {
        isMailOn = try row.bool("mail_is_on")
        webhookURL = try row.optionalText("webhook_url")
        setBy = try row.text("set_by")
        setAt = try row.date("set_at")
    }

    /// Where to post, without the path, in which some receivers have a secret of theirs; nil for nowhere.
    public var webhookOrigin: String? {
        guard let webhookURL, let parts = URLComponents(string: webhookURL) else { return nil }
        var origin = URLComponents()
        origin.scheme = parts.scheme
        origin.host = parts.host
        origin.port = parts.port
        return origin.string
    }

    /// For events.
    var summary: String {
        "mail \(isMailOn ? "on" : "off"), \(webhookOrigin.map { "webhook \($0)" } ?? "no webhook")"
    }
}
