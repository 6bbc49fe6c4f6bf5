extension Migration {
    static let synchronizationInParts = Migration(
        name: "synchronization in parts",
        statements: readingTimes + schedule + history + eventHooks
    )
}

// What a synchronization in parts has to know. Times named `read` are by Okta's clock: everything that changed there before
// them has been read. `members_wanted` is set while the members of a chosen group have not been read since it was chosen.
private let readingTimes: [SQL] = [
    "ALTER TABLE okta_integration ADD COLUMN read_until BIGINT",
    "ALTER TABLE okta_integration ADD COLUMN full_read_at BIGINT",
    "ALTER TABLE okta_group ADD COLUMN members_read_at BIGINT",
    "ALTER TABLE okta_group ADD COLUMN members_wanted BOOLEAN NOT NULL DEFAULT FALSE",
    // What was read by name, because an event of Okta's named it: a synchronization that began earlier has an older answer.
    """
    CREATE TABLE okta_named_reading (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        okta_id TEXT NOT NULL,
        read_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, okta_id)
    )
    """,
]

private let schedule: [SQL] = [
    // When each kind of synchronization is due. `next_at` is when a server looks at the organisation next: the least of
    // them, or, while a server works on it, the time at which another may take over. `requested_…` says who asked, and
    // `asked` counts how often anybody did, so that the end of a run knows of those who asked while it ran.
    """
    CREATE TABLE sync_schedule (
        organisation_id TEXT NOT NULL PRIMARY KEY REFERENCES organisation ON DELETE CASCADE,
        next_at BIGINT NOT NULL,
        full_at BIGINT NOT NULL,
        catalogue_at BIGINT NOT NULL,
        incremental_at BIGINT NOT NULL,
        requested_because TEXT,
        requested_by TEXT,
        asked BIGINT NOT NULL DEFAULT 0,
        failures BIGINT NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX sync_schedule_next_at ON sync_schedule (next_at)",
    """
    INSERT INTO sync_schedule (organisation_id, next_at, full_at, catalogue_at, incremental_at)
    SELECT organisation_id, 0, 0, 0, 0 FROM okta_integration WHERE is_enabled AND synchronization
    """,
    "ALTER TABLE sync_run ADD COLUMN mode TEXT NOT NULL DEFAULT 'full'",
    "CREATE INDEX sync_run_running ON sync_run (organisation_id) WHERE state = 'running'",
    // Requests to Okta in one minute, by the bucket that Okta counts them in, and what it allows a minute.
    """
    CREATE TABLE okta_use (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        bucket TEXT NOT NULL,
        minute BIGINT NOT NULL,
        requests BIGINT NOT NULL,
        allowed BIGINT,
        PRIMARY KEY (organisation_id, bucket, minute)
    )
    """,
]

private let history: [SQL] = [
    // Since when, and through which run, by its fence. Those that were there before are without.
    "ALTER TABLE okta_membership ADD COLUMN joined_at BIGINT",
    "ALTER TABLE okta_membership ADD COLUMN joined_run BIGINT",
    """
    CREATE TABLE past_membership (
        organisation_id TEXT NOT NULL,
        okta_user_id TEXT NOT NULL,
        okta_group_id TEXT NOT NULL,
        group_name TEXT NOT NULL,
        joined_at BIGINT,
        joined_run BIGINT,
        left_at BIGINT NOT NULL,
        left_run BIGINT,
        FOREIGN KEY (organisation_id, okta_user_id) REFERENCES users ON DELETE CASCADE
    )
    """,
    "CREATE INDEX past_membership_user ON past_membership (organisation_id, okta_user_id)",
    "CREATE INDEX past_membership_left_at ON past_membership (organisation_id, left_at)",
    """
    CREATE TABLE status_change (
        organisation_id TEXT NOT NULL,
        okta_user_id TEXT NOT NULL,
        status_before TEXT NOT NULL,
        status TEXT NOT NULL,
        changed_at BIGINT NOT NULL,
        run BIGINT,
        FOREIGN KEY (organisation_id, okta_user_id) REFERENCES users ON DELETE CASCADE
    )
    """,
    "CREATE INDEX status_change_user ON status_change (organisation_id, okta_user_id)",
    "CREATE INDEX status_change_changed_at ON status_change (organisation_id, changed_at)",
]

private let eventHooks: [SQL] = [
    // What Okta is given to reach us: `hook_id` stands in the address, `secret` (sealed) in its authentication field.
    """
    CREATE TABLE okta_event_hook (
        organisation_id TEXT NOT NULL PRIMARY KEY REFERENCES organisation ON DELETE CASCADE,
        hook_id TEXT NOT NULL UNIQUE,
        secret TEXT NOT NULL,
        version BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        verified_at BIGINT,
        last_event_at BIGINT,
        last_event_type TEXT
    )
    """
]
