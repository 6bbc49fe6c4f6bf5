import ArgumentParser
import Directory
import Foundation
import Notify
import SignIn
import Storage

/// `timus notifications`: how administrators are told what needs them.
struct NotificationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notifications",
        abstract: "How administrators are told what needs them.",
        subcommands: [Show.self, Set.self, Test.self],
        defaultSubcommand: Show.self
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the settings and the latest notifications.")

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let shown = try await storeOptions.withStore { store in
                NotificationsShown(
                    try await store.notificationSettings(),
                    recipients: try await store.notificationRecipients(),
                    latest: try await store.notifications(limit: 10)
                )
            }
            if json { return try Standard.answer(json: shown) }
            shown.lines.forEach(Standard.answer)
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change the settings; what is not named stays.",
            discussion: "A secret that is made for a webhook is printed, once."
        )

        @Option(help: "Mail to owners and administrators: on or off.")
        var mail: Switch?

        @Option(
            name: .customLong("webhook-url"),
            help: ArgumentHelp("Where each notification is posted, signed.", valueName: "url")
        )
        var webhookURL: String?

        @Option(
            help: ArgumentHelp("A file with the webhook's secret, or - for standard input.", valueName: "path")
        )
        var webhookSecretFile: String?

        @Flag(help: "Make a new secret for the webhook.")
        var newWebhookSecret = false

        @Flag(help: "Post to no webhook any more.")
        var noWebhook = false

        @OptionGroup var storeOptions: StoreOptions

        @OptionGroup var oktaOptions: OktaOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func validate() throws {
            if noWebhook, webhookURL != nil || webhookSecretFile != nil || newWebhookSecret {
                throw ValidationError("--no-webhook goes with no other setting of a webhook.")
            }
            if newWebhookSecret, webhookSecretFile != nil {
                throw ValidationError("--new-webhook-secret and --webhook-secret-file exclude each other.")
            }
            if mail == nil, webhookURL == nil, webhookSecretFile == nil, !newWebhookSecret, !noWebhook {
                throw ValidationError("There is nothing to set.")
            }
        }

        func run() async throws {
            let secret = try webhookSecretFile.map { Secret(try SecretFile.read($0)) }
            if let webhookURL {
                _ = try await WebhookAddress.verified(webhookURL, allowingLocal: oktaOptions.allowLocalOkta)
            }
            let made = try await storeOptions.withStore { store in
                var settings = try await store.notificationSettings()
                if let mail { settings.isMailOn = mail == .on }
                if let webhookURL { settings.webhookURL = webhookURL }
                if noWebhook { settings.webhookURL = nil }
                guard settings.webhookURL != nil || (secret == nil && !newWebhookSecret) else {
                    throw Failure.usage("There is no webhook for the secret.", hint: "Name one with --webhook-url.")
                }
                return try await store.setNotificationSettings(
                    settings,
                    secret: secret,
                    renewsSecret: newWebhookSecret,
                    by: .shell
                )
            }
            if json { return try Standard.answer(json: Made(webhookSecret: made?.value)) }
            if let made { Standard.answer(made.value) }
        }

        private struct Made: Encodable {
            @OrNull var webhookSecret: String?
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a test on every channel that is on, and say what came of it.",
            discussion: "Exits with 1 where one did not arrive. The mail server is that of this command line."
        )

        @Option(
            name: .customLong("public-url"),
            help: ArgumentHelp("Where links lead. [TIMUS_PUBLIC_URL]", valueName: "url")
        )
        var publicURL: String?

        @OptionGroup var storeOptions: StoreOptions

        @OptionGroup var oktaOptions: OktaOptions

        @OptionGroup var mailOptions: MailOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func validate() throws {
            if let publicURL { try PublicURL.validate(publicURL) }
        }

        func run() async throws {
            let server = try mailOptions.server()
            let url = try publicURL ?? PublicURL.ofEnvironment() ?? Serve.usualPublicURL
            let trials = try await storeOptions.withStore { store in
                try await withOktaHTTP(nil) { http in
                    try await withMailer(server) { mailer in
                        try await Messenger(
                            mailer: mailer,
                            http: http,
                            publicURL: WebSettings(publicURL: url).publicURL,
                            allowsLocalWebhooks: oktaOptions.allowLocalOkta
                        ).sendTest(from: store)
                    }
                }
            }
            let lines = trials.map(TrialLine.init)
            if json { try Standard.answer(json: lines) } else { lines.map(\.text).forEach(Standard.answer) }
            guard !lines.isEmpty else {
                throw Failure.said("Mail is off, and no webhook is set.", hint: "See `timus notifications set --help`.")
            }
            guard lines.allSatisfy(\.sent) else { throw ExitCode(1) }
        }
    }

    /// Whether something is on, as it is typed.
    enum Switch: String, ExpressibleByArgument {
        case on
        case off
    }
}

/// What `timus notifications show` prints; the secret of the webhook is not in it.
struct NotificationsShown: Encodable {
    let mail: Bool
    let recipients: [String]
    @OrNull var webhookUrl: String?
    let latest: [NotificationLine]

    init(_ settings: NotificationSettings, recipients: [String], latest: [Storage.Notification]) {
        mail = settings.isMailOn
        self.recipients = recipients
        webhookUrl = settings.webhookURL
        self.latest = latest.map(NotificationLine.init)
    }

    /// The same for people.
    var lines: [String] {
        let to = recipients.isEmpty ? "nobody" : recipients.joined(separator: ", ")
        let settings = [
            "mail     \(mail ? "on, to \(to)" : "off")",
            "webhook  \(webhookUrl ?? "none")",
        ]
        guard !latest.isEmpty else { return settings }
        var table = TextTable("WRITTEN", "KIND", "BY", "STATE", "WHAT")
        table.rows = latest.map {
            [$0.createdAt.formatted(.iso8601), $0.kind.rawValue, $0.channel.rawValue, $0.state, $0.what]
        }
        return settings + [""] + table.lines
    }
}

/// One notification as `timus notifications show --json` prints it.
struct NotificationLine: Encodable {
    let id: String
    let kind: Storage.Notification.Kind
    let channel: Storage.Notification.Channel
    let what: String
    let remedy: String
    let createdAt: Date
    let attempts: Int
    /// `waiting`, `sent` or `given up`.
    let state: String
    @OrNull var sentAt: Date?
    @OrNull var nextAttemptAt: Date?
    @OrNull var lastError: String?

    init(_ notification: Storage.Notification) {
        id = notification.id.rawValue
        kind = notification.kind
        channel = notification.channel
        what = notification.what
        remedy = notification.remedy
        createdAt = notification.createdAt
        attempts = notification.attempts
        lastError = notification.lastError
        switch notification.state {
        case .waiting(let until):
            state = "waiting"
            nextAttemptAt = until
            sentAt = nil
        case .sent(let at):
            state = "sent"
            nextAttemptAt = nil
            sentAt = at
        case .givenUp:
            state = "given up"
            nextAttemptAt = nil
            sentAt = nil
        }
    }
}

/// What came of a test on one channel.
struct TrialLine: Encodable {
    let channel: Storage.Notification.Channel
    let sent: Bool
    @OrNull var error: String?
    @OrNull var remedy: String?

    init(_ trial: Messenger.Trial) {
        channel = trial.channel
        sent = trial.error == nil
        error = trial.error?.errorDescription
        remedy = trial.error?.recoverySuggestion
    }

    var text: String {
        let said = [error, remedy].compactMap(\.self).joined(separator: " ")
        return sent ? "sent      \(channel.rawValue)" : "not sent  \(channel.rawValue): \(said)"
    }
}
