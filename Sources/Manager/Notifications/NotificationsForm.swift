import Notify
import SignIn
import Storage
import WebUI

/// What *Settings > Notifications* asks for: as it is kept, or as it was posted.
struct NotificationsForm: Sendable {
    enum Name {
        static let mail = "mail"
        static let webhook = "webhook_url"
        static let secret = "webhook_secret"
        /// The button that was pressed.
        static let action = "action"
    }

    var isMailOn: Bool
    var webhook: String
    /// Never sent back to the browser.
    var secret = ""
    /// Whether a new secret is asked for in place of the one that is saved.
    var renewsSecret = false
    var errors = FormErrors()

    init(_ settings: NotificationSettings) {
        isMailOn = settings.isMailOn
        webhook = settings.webhookURL ?? ""
    }

    init(_ form: Form) {
        isMailOn = form.value(Name.mail) == "on"
        webhook = form.value(Name.webhook)
        secret = form.value(Name.secret)
        renewsSecret = form.value(Name.action) == "renew"
    }

    /// Says at the field why nothing may be posted to that address. None at all is fine.
    mutating func check(allowingLocal: Bool) async {
        guard !webhook.isEmpty else { return }
        do throws(NotifyError) {
            _ = try await WebhookAddress.verified(webhook, allowingLocal: allowingLocal)
        } catch {
            errors.add(error.sentences, field: Name.webhook)
        }
    }

    /// Whether the store's refusal is about the secret, which then says so.
    mutating func take(_ error: any Error) -> Bool {
        guard case .conflict(let sentence)? = error as? StoreError else { return false }
        errors.add(sentence, field: Name.secret)
        return true
    }

    /// What is saved, changed to what was asked for.
    func applied(to settings: NotificationSettings) -> NotificationSettings {
        var settings = settings
        settings.isMailOn = isMailOn
        settings.webhookURL = webhook.isEmpty ? nil : webhook
        return settings
    }
}
