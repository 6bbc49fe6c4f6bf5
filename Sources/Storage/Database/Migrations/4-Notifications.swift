extension Migration {
    static let notifications = Migration(name: "notifications", statements: outbox)
}

// What administrators are told, one row a channel: an outbox, written in the transaction of what it tells.
private let outbox: [SQL] = [
    // Sent, or due at `next_attempt_at`, or given up. A server that sends one has it to itself until `taken_until`.
    """
    CREATE TABLE notification (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        notification_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        channel TEXT NOT NULL CHECK (channel IN ('mail', 'webhook')),
        what TEXT NOT NULL,
        remedy TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        attempts BIGINT NOT NULL,
        next_attempt_at BIGINT,
        taken_until BIGINT,
        sent_at BIGINT,
        last_error TEXT,
        PRIMARY KEY (organisation_id, notification_id),
        CHECK (sent_at IS NULL OR next_attempt_at IS NULL)
    )
    """,
    "CREATE INDEX notification_created_at ON notification (organisation_id, created_at)",
    """
    CREATE INDEX notification_due ON notification (channel, next_attempt_at)
        WHERE next_attempt_at IS NOT NULL
    """,
    // `webhook_secret` is sealed; `version` counts the savings and is sealed with it.
    """
    CREATE TABLE notification_settings (
        organisation_id TEXT NOT NULL PRIMARY KEY REFERENCES organisation ON DELETE CASCADE,
        mail_is_on BOOLEAN NOT NULL,
        webhook_url TEXT,
        webhook_secret TEXT,
        version BIGINT NOT NULL,
        set_by TEXT NOT NULL,
        set_at BIGINT NOT NULL,
        CHECK ((webhook_url IS NULL) = (webhook_secret IS NULL))
    )
    """,
]
