public import AsyncHTTPClient
public import Storage

public import struct Foundation.Date

/// Tells administrators: each notification on its channel, with what the organisation has set.
public struct Messenger: Sendable {
    /// nil where the server was started without a mail server.
    public let mailer: Mailer?
    /// Whether webhooks may be on this machine or in a private network (`--allow-local-okta`).
    public let allowsLocalWebhooks: Bool
    private let webhooks: WebhookSender
    private let publicURL: String

    /// - Parameters:
    ///   - http: Must not follow redirects; it is the caller's to shut down.
    ///   - publicURL: The origin of Manager, for links, without a slash at its end.
    public init(
        mailer: Mailer?,
        http: HTTPClient,
        publicURL: String,
        allowsLocalWebhooks: Bool,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.mailer = mailer
        self.allowsLocalWebhooks = allowsLocalWebhooks
        self.publicURL = publicURL
        webhooks = WebhookSender(http: http, allowsLocal: allowsLocalWebhooks, now: now)
    }

    /// Sends one notification of the store's organisation now.
    public func send(_ notification: Notification, from store: Store) async throws(NotifyError) {
        switch notification.channel {
        case .mail: try await mail(notification, from: store)
        case .webhook: try await post(notification, from: store)
        }
    }

    /// Sends a test on every channel that is on, and says what came of each.
    public func sendTest(from store: Store) async throws(StoreError) -> [Trial] {
        let settings = try await store.notificationSettings()
        var trials: [Trial] = []
        if settings.isMailOn { trials.append(await trial(on: .mail, from: store)) }
        if settings.webhookURL != nil { trials.append(await trial(on: .webhook, from: store)) }
        return trials
    }

    /// What came of a test on one channel.
    public struct Trial: Sendable {
        public let channel: Notification.Channel
        /// nil where it arrived.
        public let error: NotifyError?
    }

    private func trial(on channel: Notification.Channel, from store: Store) async -> Trial {
        do throws(NotifyError) {
            try await send(.test(on: channel, at: store.now()), from: store)
            return Trial(channel: channel, error: nil)
        } catch {
            return Trial(channel: channel, error: error)
        }
    }

    private func mail(_ notification: Notification, from store: Store) async throws(NotifyError) {
        guard let mailer else { throw .noMailServer }
        let recipients = try await kept { () throws(StoreError) in try await store.notificationRecipients() }
        let addresses = recipients.compactMap { MailAddress($0) }
        guard !addresses.isEmpty else { throw .noRecipients }
        let letter = try await letter(notification, from: store)
        try await mailer.send(letter.mail(from: mailer.server.from, to: addresses))
    }

    private func post(_ notification: Notification, from store: Store) async throws(NotifyError) {
        let webhook = try await kept { () throws(StoreError) in try await store.webhook() }
        guard let webhook else { throw .noWebhook }
        let letter = try await letter(notification, from: store)
        try await webhooks.post(letter.json, to: webhook)
    }

    private func letter(_ notification: Notification, from store: Store) async throws(NotifyError) -> Letter {
        try await kept { () throws(StoreError) in
            Letter(
                notification: notification,
                organisation: try await store.organisationName(),
                domain: try await store.oktaIntegration()?.domain,
                publicURL: publicURL
            )
        }
    }

    /// Runs `body` with the store's errors as ours.
    private func kept<Value>(_ body: () async throws(StoreError) -> Value) async throws(NotifyError) -> Value {
        do throws(StoreError) {
            return try await body()
        } catch {
            throw .store(error.errorDescription ?? "", remedy: error.recoverySuggestion ?? "")
        }
    }
}
