import HTTPTypes
import Hummingbird
import Notify
import SignIn
import Storage
import WebUI

/// Settings > Notifications: how administrators are told what needs them.
struct NotificationsPage: Sendable {
    static let path: Path = "/settings/notifications"
    private static let tests: Path = "/settings/notifications/tests"

    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("/settings/notifications") { request, context in
            let visitor = try context.visitor(request)
            let settings = try await store.notificationSettings()
            return try await page(NotificationsForm(settings), settings, for: visitor, context)
        }
        router.post("/settings/notifications", use: save)
        router.post("/settings/notifications/tests", use: test)
    }

    @Sendable
    private func save(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        var form = NotificationsForm(try await request.form())
        let settings = try await store.notificationSettings()
        await form.check(allowingLocal: shell.messenger.allowsLocalWebhooks)
        guard form.errors.isEmpty else { return try await page(form, settings, for: visitor, context) }
        do {
            let made = try await store.setNotificationSettings(
                form.applied(to: settings),
                secret: form.secret.isEmpty ? nil : Secret(form.secret),
                renewsSecret: form.renewsSecret,
                by: visitor.actor
            )
            if let made { return try await secretMade(made, for: visitor, context) }
            return context.seeOther(Self.path, flash: Flash("Notifications saved."))
        } catch {
            guard form.take(error) else { throw error }
            return try await page(form, settings, for: visitor, context)
        }
    }

    @Sendable
    private func test(_ request: Request, context: WebContext) async throws -> Response {
        _ = try context.visitor(request, atLeast: .administrator)
        let trials = try await shell.messenger.sendTest(from: store)
        guard !trials.isEmpty else {
            let sentence = "Nothing was sent: mail is OFF, and no webhook is set."
            return context.seeOther(Self.path, flash: Flash(sentence, kind: .warning))
        }
        let sentence = trials.map(\.sentence).joined(separator: " ")
        return context.seeOther(
            Self.path,
            flash: Flash(sentence, kind: trials.allSatisfy { $0.error == nil } ? .done : .warning)
        )
    }

    /// The secret is shown on the answer itself, once: no later page shows it.
    private func secretMade(_ secret: Secret, for visitor: Visitor, _ context: WebContext) async throws -> Response {
        let content: HTML = """
            <p>Give this secret to what receives the webhook, so that it can check the header \
            <code>Timus-Signature</code>. It is shown only now.</p>\
            \(CopyBox("Secret", value: secret.value, id: "webhook-secret"))\
            \(Button("Done", .secondary, to: Self.path).html.within("actions"))
            """
        let sheet = Shell.Sheet(
            title: "The webhook’s secret",
            trail: [Link("Notifications", to: Self.path)],
            content: Card(content).html
        )
        return try await shell.page(sheet, in: .settings, for: visitor, context)
    }

    private func page(
        _ form: NotificationsForm,
        _ settings: NotificationSettings,
        for visitor: Visitor,
        _ context: WebContext
    ) async throws -> Response {
        let recipients = try await store.notificationRecipients()
        let mail = MailState(server: shell.messenger.mailer?.server, recipients: recipients)
        let content =
            visitor.mayChange
            ? editable(form, settings, mail, visitor) : readOnly(settings, mail)
        let latest = NotificationList(notifications: try await store.notifications(limit: 10), now: shell.now)
        let sheet = Shell.Sheet(
            title: "Notifications",
            intro: """
                Owners and administrators are told when the synchronization stops, waits or works again, and when somebody tries \
                many e-mail addresses.
                """,
            hasErrors: !form.errors.isEmpty,
            content: "\(SettingsTabs(current: .notifications))\(ErrorSummary(form.errors))\(content)\(latest)"
        )
        return try await shell.page(sheet, in: .settings, for: visitor, context)
    }

    private func editable(
        _ form: NotificationsForm,
        _ settings: NotificationSettings,
        _ mail: MailState,
        _ visitor: Visitor
    ) -> HTML {
        let hasSecret = settings.webhookURL != nil
        let saved = settings.setBy.map { by in
            SecretField.Saved("\(settings.setAt.map { TimeText.day($0) } ?? ""), by \(by)")
        }
        let mailIsOn = RadioGroup.onOff(
            "Mail to owners and administrators",
            name: NotificationsForm.Name.mail,
            isOn: form.isMailOn
        )
        let address = Field(
            "Webhook",
            name: NotificationsForm.Name.webhook,
            value: form.webhook,
            kind: .url,
            hint: "Each notification is posted there as JSON, signed. Leave it empty for none.",
            placeholder: "https://hooks.example.com/timus",
            errors: form.errors,
            isOptional: true,
            width: .full
        )
        let secret = SecretField(
            "Secret of the webhook",
            name: NotificationsForm.Name.secret,
            hint: "Leave it empty and Timus makes one, which is then shown once.",
            saved: hasSecret ? saved : nil,
            errors: form.errors
        )
        let renew = Button("Make a new secret", .secondary, name: NotificationsForm.Name.action, value: "renew")
        let buttons: HTML = "\(Button("Save"))\(hasSecret ? renew : nil)"
        let test: HTML = """
            <p>Sent at once, to everybody and everything above as it is saved. What came of it is said here.</p>\
            \(PostForm(Self.tests, csrf: visitor.csrf, Button("Send a test", .secondary).html))
            """
        let form = PostForm(
            Self.path,
            csrf: visitor.csrf,
            "\(Card("Mail", "\(mailIsOn)\(mail)"))\(Card("Webhook", address.html + secret.html))\(buttons.within("actions"))"
        )
        return "\(form)\(Card("Test", test))"
    }

    private func readOnly(_ settings: NotificationSettings, _ mail: MailState) -> HTML {
        Card(
            "How administrators are told",
            """
            \(SummaryList([
                .init("Mail to owners and administrators", settings.isMailOn ? "ON" : "OFF"),
                .init("Webhook", settings.webhookOrigin.map { "<span class=\"mono\">\($0)/…</span>" } ?? "None"),
            ]))\(mail)
            """
        ).html
    }
}

extension Messenger.Trial {
    /// What came of it.
    fileprivate var sentence: String {
        let name = channel == .mail ? "Mail" : "Webhook"
        return error.map { "\(name): not sent. \($0.sentences)" } ?? "\(name): sent."
    }
}
