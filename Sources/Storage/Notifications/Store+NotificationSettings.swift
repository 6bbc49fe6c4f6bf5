import Directory

extension Store {
    public func notificationSettings() async throws(StoreError) -> NotificationSettings {
        try await read { (transaction) throws(StoreError) in try transaction.notificationSettings(in: self) }
    }

    /// Where to post and with which secret; nil where no webhook is set.
    public func webhook() async throws(StoreError) -> Webhook? {
        try await read { (transaction) throws(StoreError) in
            let query: SQL = """
                SELECT webhook_url, webhook_secret, version FROM notification_settings
                WHERE organisation_id = \(organisation.id) AND webhook_url IS NOT NULL
                """
            guard let row = try transaction.row(query) else { return nil }
            let place = SealedPlace.webhookSecret(of: organisation, version: try row.int64("version"))
            return Webhook(
                url: try row.text("webhook_url"),
                secret: try vault.open(try row.text("webhook_secret"), for: place)
            )
        }
    }

    /// Sets how administrators are told. What waits for a channel that is turned off is not sent any more.
    ///
    /// - Parameters:
    ///   - secret: The new secret of the webhook; nil keeps the one that is saved.
    ///   - renewsSecret: Makes a new secret also where one is saved.
    /// - Returns: The secret that was made, to be shown once; nil where none was made.
    /// - Throws: ``StoreError/conflict(_:)`` where the secret is too short, or holds what none holds.
    @discardableResult
    public func setNotificationSettings(
        _ settings: NotificationSettings,
        secret: Secret? = nil,
        renewsSecret: Bool = false,
        by actor: Actor
    ) async throws(StoreError) -> Secret? {
        if let secret, !WebhookSecret.isFit(secret) { throw .conflict(WebhookSecret.sentence) }
        let fresh = Token.new()
        return try await write { (transaction) throws(StoreError) in
            let before = try transaction.notificationSettings(in: self)
            let kept = try transaction.webhookSecret(in: self)
            let made = settings.webhookURL != nil && secret == nil && (kept == nil || renewsSecret) ? fresh : nil
            try transaction.save(settings, secret: secret ?? made ?? kept, by: actor, in: self)
            if !settings.isMailOn { try transaction.giveUp(.mail, in: self) }
            if settings.webhookURL == nil { try transaction.giveUp(.webhook, in: self) }
            let isNewSecret = settings.webhookURL != nil && (secret ?? made) != nil
            try transaction.record(
                action: "notifications.set",
                subject: "Notifications",
                old: before.summary,
                new: settings.summary + (isNewSecret ? ", new secret" : ""),
                by: actor,
                in: self
            )
            return made
        }
    }
}

extension Transaction {
    func notificationSettings(in store: Store) throws(StoreError) -> NotificationSettings {
        let query: SQL = """
            SELECT mail_is_on, webhook_url, set_by, set_at FROM notification_settings
            WHERE organisation_id = \(store.organisation.id)
            """
        guard let row = try row(query) else { return NotificationSettings() }
        return try NotificationSettings(row)
    }

    /// The secret that is saved; nil where none is.
    fileprivate func webhookSecret(in store: Store) throws(StoreError) -> Secret? {
        let query: SQL = """
            SELECT webhook_secret, version FROM notification_settings
            WHERE organisation_id = \(store.organisation.id) AND webhook_secret IS NOT NULL
            """
        guard let row = try row(query) else { return nil }
        let place = SealedPlace.webhookSecret(of: store.organisation, version: try row.int64("version"))
        return try store.vault.open(try row.text("webhook_secret"), for: place)
    }

    /// Seals the secret anew each time, so that an old row cannot be put back.
    fileprivate func save(
        _ settings: NotificationSettings,
        secret: Secret?,
        by actor: Actor,
        in store: Store
    ) throws(StoreError) {
        let organisation = store.organisation
        let last: SQL = "SELECT version FROM notification_settings WHERE organisation_id = \(organisation.id)"
        let version = (try row(last)?.int64("version") ?? 0) + 1
        var sealed: String?
        if settings.webhookURL != nil, let secret {
            sealed = try store.vault.seal(secret, for: .webhookSecret(of: organisation, version: version))
        }
        try run(
            """
            INSERT INTO notification_settings (organisation_id, mail_is_on, webhook_url, webhook_secret, version, set_by,
                set_at)
            VALUES (\(organisation.id), \(settings.isMailOn), \(settings.webhookURL), \(sealed), \(version),
                \(actor.description), \(store.time))
            ON CONFLICT (organisation_id) DO UPDATE SET mail_is_on = excluded.mail_is_on,
                webhook_url = excluded.webhook_url, webhook_secret = excluded.webhook_secret,
                version = excluded.version, set_by = excluded.set_by, set_at = excluded.set_at
            """
        )
    }

    fileprivate func giveUp(_ channel: Notification.Channel, in store: Store) throws(StoreError) {
        try run(
            """
            UPDATE notification SET next_attempt_at = NULL, taken_until = NULL
            WHERE organisation_id = \(store.organisation.id) AND channel = \(channel) AND next_attempt_at IS NOT NULL
            """
        )
    }
}

extension SealedPlace {
    fileprivate static func webhookSecret(of organisation: Organisation, version: Int64) -> SealedPlace {
        SealedPlace(
            table: "notification_settings",
            column: "webhook_secret",
            organisation: organisation.id,
            version: version
        )
    }
}
