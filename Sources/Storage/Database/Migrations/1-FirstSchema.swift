extension Migration {
    static let firstSchema = Migration(
        name: "first schema",
        statements: organisation + people + networks + okta + synchronization + signIn + connect + events
    )
}

// The first schema. Every table but `organisation` names its organisation, in its key and in every reference, so that
// no row can refer to another organisation's. A column that holds a person or a thing of Okta's is named as Okta's
// field: `okta_user_id`, `okta_group_id`.

private let organisation: [SQL] = [
    """
    CREATE TABLE organisation (
        organisation_id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        created_at BIGINT NOT NULL
    )
    """,
    // The keys under which secrets of the organisation are sealed, each with a sealed text that proves the key.
    """
    CREATE TABLE vault_key (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        key_id TEXT NOT NULL,
        sealed_proof TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, key_id)
    )
    """,
]

private let people: [SQL] = [
    // `sort_name`, `folded_login`, `folded_email` are in lower case; `search_text` holds all that a search looks in,
    // in lower case. `name` is the name in Timus.
    """
    CREATE TABLE users (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        okta_user_id TEXT NOT NULL,
        status TEXT NOT NULL,
        login TEXT NOT NULL,
        email TEXT,
        first_name TEXT,
        last_name TEXT,
        name TEXT NOT NULL,
        sort_name TEXT NOT NULL,
        folded_login TEXT NOT NULL,
        folded_email TEXT,
        search_text TEXT NOT NULL,
        first_seen_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, okta_user_id)
    )
    """,
    "CREATE INDEX users_sort_name ON users (organisation_id, sort_name, okta_user_id)",
    "CREATE INDEX users_folded_login ON users (organisation_id, folded_login)",
    "CREATE INDEX users_folded_email ON users (organisation_id, folded_email)",
    "CREATE INDEX users_status ON users (organisation_id, status)",
    """
    CREATE TABLE user_ban (
        organisation_id TEXT NOT NULL,
        okta_user_id TEXT NOT NULL,
        set_by TEXT NOT NULL,
        set_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, okta_user_id),
        FOREIGN KEY (organisation_id, okta_user_id) REFERENCES users ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE team (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        team_id TEXT NOT NULL,
        name TEXT NOT NULL,
        is_read_only BOOLEAN NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, team_id),
        UNIQUE (organisation_id, name)
    )
    """,
    // `email` is in lower case. An administrator may be linked to an Okta user that no chosen group holds.
    """
    CREATE TABLE administrator (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        administrator_id TEXT NOT NULL,
        email TEXT NOT NULL,
        name TEXT,
        role TEXT NOT NULL CHECK (role IN ('owner', 'administrator', 'viewer')),
        okta_user_id TEXT,
        password_hash TEXT,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, administrator_id),
        UNIQUE (organisation_id, email),
        UNIQUE (organisation_id, okta_user_id)
    )
    """,
    // `account` is what was typed, in lower case, whether or not there is such an administrator.
    """
    CREATE TABLE login_failure (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        account TEXT NOT NULL,
        failures BIGINT NOT NULL,
        last_failed_at BIGINT NOT NULL,
        blocked_until BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, account)
    )
    """,
]

private let networks: [SQL] = [
    """
    CREATE TABLE site (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        site_id TEXT NOT NULL,
        name TEXT NOT NULL,
        folded_name TEXT NOT NULL,
        address_range TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, site_id),
        UNIQUE (organisation_id, folded_name),
        UNIQUE (organisation_id, address_range)
    )
    """,
    // No group: for every chosen group. A grant keeps Okta's group id and outlives the group, so it refers to no row.
    """
    CREATE TABLE site_grant (
        organisation_id TEXT NOT NULL,
        okta_group_id TEXT,
        site_id TEXT NOT NULL,
        set_by TEXT NOT NULL,
        set_at BIGINT NOT NULL,
        FOREIGN KEY (organisation_id, site_id) REFERENCES site ON DELETE CASCADE
    )
    """,
    """
    CREATE UNIQUE INDEX site_grant_group ON site_grant (organisation_id, okta_group_id, site_id)
        WHERE okta_group_id IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX site_grant_every_group ON site_grant (organisation_id, site_id)
        WHERE okta_group_id IS NULL
    """,
    """
    CREATE TABLE user_site_override (
        organisation_id TEXT NOT NULL,
        okta_user_id TEXT NOT NULL,
        site_id TEXT NOT NULL,
        effect TEXT NOT NULL CHECK (effect IN ('allow', 'deny')),
        set_by TEXT NOT NULL,
        set_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, okta_user_id, site_id),
        FOREIGN KEY (organisation_id, okta_user_id) REFERENCES users ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, site_id) REFERENCES site ON DELETE CASCADE
    )
    """,
    "CREATE INDEX user_site_override_site ON user_site_override (organisation_id, site_id)",
]

private let okta: [SQL] = [
    // One row once the integration was ever enabled. Disabling it erases what belongs to the app in Okta and keeps the
    // preferences. `client_secret` and `api_token` are sealed; `version` counts the savings and is sealed with them.
    """
    CREATE TABLE okta_integration (
        organisation_id TEXT NOT NULL PRIMARY KEY REFERENCES organisation ON DELETE CASCADE,
        is_enabled BOOLEAN NOT NULL,
        domain TEXT,
        issuer TEXT,
        client_id TEXT,
        client_secret TEXT,
        api_token TEXT,
        version BIGINT NOT NULL,
        saved_at BIGINT NOT NULL,
        saved_by TEXT NOT NULL,
        synchronization BOOLEAN NOT NULL,
        remote_access BOOLEAN NOT NULL,
        status TEXT NOT NULL,
        status_since BIGINT,
        problem_what TEXT,
        problem_remedy TEXT,
        catalogue_read_at BIGINT,
        last_sync_at BIGINT,
        last_full_sync_at BIGINT,
        CHECK (is_enabled = (domain IS NOT NULL)),
        CHECK (is_enabled = (issuer IS NOT NULL)),
        CHECK (is_enabled = (client_id IS NOT NULL)),
        CHECK (is_enabled = (client_secret IS NOT NULL)),
        CHECK (is_enabled = (api_token IS NOT NULL)),
        CHECK ((problem_what IS NULL) = (problem_remedy IS NULL))
    )
    """,
    // The catalogue. `chosen_at` and `chosen_by` are set while the group is chosen, `missing_since` while Okta does not
    // have it. `last_seen_at` is right for missing groups; the others were seen at the integration's
    // `catalogue_read_at`, so that reading an unchanged catalogue writes no group. `member_count` is what Okta's own
    // statistics said last.
    """
    CREATE TABLE okta_group (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        okta_group_id TEXT NOT NULL,
        name TEXT NOT NULL,
        sort_name TEXT NOT NULL,
        description TEXT,
        kind TEXT NOT NULL,
        member_count BIGINT,
        last_seen_at BIGINT NOT NULL,
        missing_since BIGINT,
        chosen_at BIGINT,
        chosen_by TEXT,
        PRIMARY KEY (organisation_id, okta_group_id),
        CHECK ((chosen_at IS NULL) = (chosen_by IS NULL))
    )
    """,
    "CREATE INDEX okta_group_sort_name ON okta_group (organisation_id, sort_name)",
    // Rows are kept for chosen groups that Okta has, and for no other.
    """
    CREATE TABLE okta_membership (
        organisation_id TEXT NOT NULL,
        okta_group_id TEXT NOT NULL,
        okta_user_id TEXT NOT NULL,
        PRIMARY KEY (organisation_id, okta_group_id, okta_user_id),
        FOREIGN KEY (organisation_id, okta_group_id) REFERENCES okta_group ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, okta_user_id) REFERENCES users ON DELETE CASCADE
    )
    """,
    "CREATE INDEX okta_membership_user ON okta_membership (organisation_id, okta_user_id)",
]

private let synchronization: [SQL] = [
    // `counts`, `warnings` and `changes` are JSON. `stage`, `done`, `total` are the progress of a running run.
    """
    CREATE TABLE sync_run (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        sync_run_id TEXT NOT NULL,
        started_because TEXT NOT NULL,
        requested_by TEXT,
        state TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'held', 'approved', 'dismissed')),
        started_at BIGINT NOT NULL,
        finished_at BIGINT,
        fence BIGINT NOT NULL,
        stage TEXT,
        done BIGINT,
        total BIGINT,
        counts TEXT NOT NULL,
        problem_what TEXT,
        problem_remedy TEXT,
        warnings TEXT NOT NULL,
        changes TEXT,
        PRIMARY KEY (organisation_id, sync_run_id),
        CHECK ((state = 'running') = (finished_at IS NULL))
    )
    """,
    "CREATE INDEX sync_run_started_at ON sync_run (organisation_id, started_at)",
    // `fence` grows with every holder and never falls, so a former holder is known by its number.
    """
    CREATE TABLE lease (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        name TEXT NOT NULL,
        owner TEXT NOT NULL,
        fence BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, name)
    )
    """,
]

private let signIn: [SQL] = [
    // `verifier` is sealed.
    """
    CREATE TABLE sign_in_attempt (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        state_hash TEXT NOT NULL,
        browser_hash TEXT NOT NULL,
        nonce TEXT NOT NULL,
        verifier TEXT NOT NULL,
        redirect_after TEXT NOT NULL,
        purpose TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, state_hash)
    )
    """,
    "CREATE INDEX sign_in_attempt_expires_at ON sign_in_attempt (organisation_id, expires_at)",
    // A session's holder is an administrator or a user. An administrator who came in through Okta did so as the user
    // `through_okta_user_id`. `id_token` is sealed: Okta's sign-out asks for it.
    """
    CREATE TABLE session (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        session_id TEXT NOT NULL,
        token_hash TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('manager', 'account', 'connect')),
        administrator_id TEXT,
        okta_user_id TEXT,
        through_okta_user_id TEXT,
        user_agent TEXT,
        address TEXT,
        id_token TEXT,
        created_at BIGINT NOT NULL,
        last_seen_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        ended_at BIGINT,
        ended_because TEXT,
        PRIMARY KEY (organisation_id, session_id),
        FOREIGN KEY (organisation_id, administrator_id) REFERENCES administrator ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, okta_user_id) REFERENCES users ON DELETE CASCADE,
        CHECK ((administrator_id IS NULL) <> (okta_user_id IS NULL)),
        CHECK ((ended_at IS NULL) = (ended_because IS NULL))
    )
    """,
    "CREATE INDEX session_open_user ON session (organisation_id, okta_user_id) WHERE ended_at IS NULL",
    "CREATE INDEX session_open_administrator ON session (organisation_id, administrator_id) WHERE ended_at IS NULL",
    """
    CREATE INDEX session_open_through_user ON session (organisation_id, through_okta_user_id)
        WHERE ended_at IS NULL AND through_okta_user_id IS NOT NULL
    """,
    // `session_id` is the session that was opened for the code once it was taken; a second try ends it.
    """
    CREATE TABLE authorization_code (
        organisation_id TEXT NOT NULL,
        code_hash TEXT NOT NULL,
        okta_user_id TEXT NOT NULL,
        redirect_uri TEXT NOT NULL,
        code_challenge TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        taken_at BIGINT,
        session_id TEXT,
        PRIMARY KEY (organisation_id, code_hash),
        FOREIGN KEY (organisation_id, okta_user_id) REFERENCES users ON DELETE CASCADE
    )
    """,
    // Waits until a user approves or denies it: then `okta_user_id` says who, or `denied_at` when. Connect has to wait
    // `poll_seconds` between two polls.
    """
    CREATE TABLE device_code (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        device_code_hash TEXT NOT NULL,
        user_code TEXT NOT NULL,
        device_name TEXT,
        address TEXT,
        okta_user_id TEXT,
        approved_at BIGINT,
        denied_at BIGINT,
        last_polled_at BIGINT,
        poll_seconds BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        taken_at BIGINT,
        PRIMARY KEY (organisation_id, device_code_hash),
        UNIQUE (organisation_id, user_code),
        FOREIGN KEY (organisation_id, okta_user_id) REFERENCES users ON DELETE CASCADE,
        CHECK ((okta_user_id IS NULL) = (approved_at IS NULL))
    )
    """,
]

private let connect: [SQL] = [
    // A removed device keeps its row, so that its connections keep theirs.
    """
    CREATE TABLE device (
        organisation_id TEXT NOT NULL,
        device_id TEXT NOT NULL,
        okta_user_id TEXT NOT NULL,
        name TEXT NOT NULL,
        public_key TEXT NOT NULL,
        platform TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        last_seen_at BIGINT NOT NULL,
        removed_at BIGINT,
        PRIMARY KEY (organisation_id, device_id),
        UNIQUE (organisation_id, public_key),
        FOREIGN KEY (organisation_id, okta_user_id) REFERENCES users ON DELETE CASCADE
    )
    """,
    "CREATE INDEX device_user ON device (organisation_id, okta_user_id)",
    // The tunnel address of a device at a site, kept while the device is: `number` is the IPv4 address.
    """
    CREATE TABLE tunnel_address (
        organisation_id TEXT NOT NULL,
        device_id TEXT NOT NULL,
        site_id TEXT NOT NULL,
        number BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, device_id, site_id),
        UNIQUE (organisation_id, number),
        FOREIGN KEY (organisation_id, device_id) REFERENCES device ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, site_id) REFERENCES site ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE connection (
        organisation_id TEXT NOT NULL,
        connection_id TEXT NOT NULL,
        device_id TEXT NOT NULL,
        okta_user_id TEXT NOT NULL,
        site_id TEXT NOT NULL,
        address TEXT NOT NULL,
        opened_at BIGINT NOT NULL,
        closed_at BIGINT,
        closed_because TEXT,
        PRIMARY KEY (organisation_id, connection_id),
        FOREIGN KEY (organisation_id, device_id) REFERENCES device ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, okta_user_id) REFERENCES users ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, site_id) REFERENCES site ON DELETE CASCADE,
        CHECK ((closed_at IS NULL) = (closed_because IS NULL))
    )
    """,
    """
    CREATE UNIQUE INDEX connection_open_device ON connection (organisation_id, device_id, site_id)
        WHERE closed_at IS NULL
    """,
    "CREATE UNIQUE INDEX connection_open_address ON connection (organisation_id, address) WHERE closed_at IS NULL",
    "CREATE INDEX connection_open_user ON connection (organisation_id, okta_user_id) WHERE closed_at IS NULL",
    "CREATE INDEX connection_open_site ON connection (organisation_id, site_id) WHERE closed_at IS NULL",
    """
    CREATE TABLE gateway (
        organisation_id TEXT NOT NULL,
        gateway_id TEXT NOT NULL,
        site_id TEXT NOT NULL,
        name TEXT NOT NULL,
        public_key TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        token_hash TEXT NOT NULL UNIQUE,
        created_at BIGINT NOT NULL,
        last_seen_at BIGINT,
        PRIMARY KEY (organisation_id, gateway_id),
        UNIQUE (organisation_id, name),
        UNIQUE (organisation_id, public_key),
        FOREIGN KEY (organisation_id, site_id) REFERENCES site ON DELETE CASCADE
    )
    """,
    "CREATE INDEX gateway_site ON gateway (organisation_id, site_id)",
]

private let events: [SQL] = [
    // The chain: each event's hash covers the one before it. `event_id` counts from 1 in each organisation.
    """
    CREATE TABLE audit_event (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        event_id BIGINT NOT NULL,
        at BIGINT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        subject TEXT NOT NULL,
        old_value TEXT,
        new_value TEXT,
        previous_hash TEXT NOT NULL,
        hash TEXT NOT NULL,
        PRIMARY KEY (organisation_id, event_id)
    )
    """,
    "CREATE INDEX audit_event_action ON audit_event (organisation_id, action, event_id)",
    // The last event's number and hash: what an event is chained to, and what shows that the last were cut off.
    """
    CREATE TABLE audit_head (
        organisation_id TEXT NOT NULL PRIMARY KEY REFERENCES organisation ON DELETE CASCADE,
        event_id BIGINT NOT NULL,
        hash TEXT NOT NULL
    )
    """,
]
