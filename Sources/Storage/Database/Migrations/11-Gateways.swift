extension Migration {
    static let gateways = Migration(
        name: "gateways that acknowledge",
        statements: sites + grants + overrides + addresses + connections + enrolment + formerCodes + formerGateways
            + cuts + use + toldRefusals
    )
}

// Made anew, with the tables that refer to it: neither database takes the old rule away that no two sites have one name, and SQLite
// would take along what refers to a table that goes.
private let sites: [SQL] = [
    "ALTER TABLE site RENAME TO site_before",
    // A removed site keeps its row while there are connections to it in the history. `revision` grows with each change of a
    // site's peers. `earlier_lease_ends_at` is until when a gateway may still go by a longer lease that the site had before.
    """
    CREATE TABLE site (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        site_id TEXT NOT NULL,
        name TEXT NOT NULL,
        folded_name TEXT NOT NULL,
        address_range TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        removed_at BIGINT,
        lease_seconds BIGINT NOT NULL DEFAULT 300,
        revision BIGINT NOT NULL DEFAULT 0,
        earlier_lease_ends_at BIGINT,
        PRIMARY KEY (organisation_id, site_id)
    )
    """,
    "CREATE UNIQUE INDEX site_name ON site (organisation_id, folded_name) WHERE removed_at IS NULL",
    "CREATE UNIQUE INDEX site_address_range ON site (organisation_id, address_range) WHERE removed_at IS NULL",
    """
    INSERT INTO site (organisation_id, site_id, name, folded_name, address_range, created_at)
    SELECT organisation_id, site_id, name, folded_name, address_range, created_at FROM site_before
    """,
]

private let grants: [SQL] = [
    "ALTER TABLE site_grant RENAME TO site_grant_before",
    "DROP INDEX site_grant_group",
    "DROP INDEX site_grant_every_group",
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
    "INSERT INTO site_grant SELECT organisation_id, okta_group_id, site_id, set_by, set_at FROM site_grant_before",
    "DROP TABLE site_grant_before",
    """
    CREATE UNIQUE INDEX site_grant_group ON site_grant (organisation_id, okta_group_id, site_id)
        WHERE okta_group_id IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX site_grant_every_group ON site_grant (organisation_id, site_id)
        WHERE okta_group_id IS NULL
    """,
]

private let overrides: [SQL] = [
    "ALTER TABLE user_site_override RENAME TO user_site_override_before",
    "DROP INDEX user_site_override_site",
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
    """
    INSERT INTO user_site_override
    SELECT organisation_id, okta_user_id, site_id, effect, set_by, set_at FROM user_site_override_before
    """,
    "DROP TABLE user_site_override_before",
    "CREATE INDEX user_site_override_site ON user_site_override (organisation_id, site_id)",
]

private let addresses: [SQL] = [
    "ALTER TABLE tunnel_address RENAME TO tunnel_address_before",
    // `free_from` is set for a removed device or site: when no gateway can let the device in any more, so that another one may have
    // the address.
    """
    CREATE TABLE tunnel_address (
        organisation_id TEXT NOT NULL,
        device_id TEXT NOT NULL,
        site_id TEXT NOT NULL,
        number BIGINT NOT NULL,
        free_from BIGINT,
        PRIMARY KEY (organisation_id, device_id, site_id),
        UNIQUE (organisation_id, number),
        FOREIGN KEY (organisation_id, device_id) REFERENCES device ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, site_id) REFERENCES site ON DELETE CASCADE
    )
    """,
    """
    INSERT INTO tunnel_address (organisation_id, device_id, site_id, number)
    SELECT organisation_id, device_id, site_id, number FROM tunnel_address_before
    """,
    "DROP TABLE tunnel_address_before",
    "CREATE INDEX tunnel_address_free_from ON tunnel_address (organisation_id, free_from) WHERE free_from IS NOT NULL",
]

private let connections: [SQL] = [
    "ALTER TABLE connection RENAME TO connection_before",
    "DROP INDEX connection_open_device",
    "DROP INDEX connection_open_address",
    "DROP INDEX connection_open_user",
    "DROP INDEX connection_open_site",
    // `lease_ends_at` is until when a gateway that has lost its server may still let the peer in.
    """
    CREATE TABLE connection (
        organisation_id TEXT NOT NULL,
        connection_id TEXT NOT NULL,
        device_id TEXT NOT NULL,
        okta_user_id TEXT NOT NULL,
        site_id TEXT NOT NULL,
        session_id TEXT,
        address TEXT NOT NULL,
        opened_at BIGINT NOT NULL,
        opened_revision BIGINT NOT NULL DEFAULT 0,
        closed_at BIGINT,
        closed_because TEXT,
        closed_by_user BOOLEAN NOT NULL DEFAULT FALSE,
        closed_revision BIGINT,
        lease_ends_at BIGINT,
        PRIMARY KEY (organisation_id, connection_id),
        FOREIGN KEY (organisation_id, device_id) REFERENCES device ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, okta_user_id) REFERENCES users ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, site_id) REFERENCES site ON DELETE CASCADE,
        CHECK ((closed_at IS NULL) = (closed_because IS NULL))
    )
    """,
    """
    INSERT INTO connection (organisation_id, connection_id, device_id, okta_user_id, site_id, address, opened_at,
        closed_at, closed_because)
    SELECT organisation_id, connection_id, device_id, okta_user_id, site_id, address, opened_at, closed_at,
        closed_because
    FROM connection_before
    """,
    "DROP TABLE connection_before",
    // Those that are open go on with their user's newest session. Who has none is cut off.
    """
    UPDATE connection SET session_id = (
        SELECT session_id FROM session
        WHERE session.organisation_id = connection.organisation_id AND session.okta_user_id = connection.okta_user_id
            AND kind = 'connect' AND ended_at IS NULL
        ORDER BY last_seen_at DESC, session_id LIMIT 1)
    WHERE closed_at IS NULL
    """,
    """
    CREATE UNIQUE INDEX connection_open_device ON connection (organisation_id, device_id, site_id)
        WHERE closed_at IS NULL
    """,
    "CREATE UNIQUE INDEX connection_open_address ON connection (organisation_id, address) WHERE closed_at IS NULL",
    "CREATE INDEX connection_open_user ON connection (organisation_id, okta_user_id) WHERE closed_at IS NULL",
    """
    CREATE INDEX connection_open_site ON connection (organisation_id, site_id, opened_revision)
        WHERE closed_at IS NULL
    """,
    "CREATE INDEX connection_open_session ON connection (organisation_id, session_id) WHERE closed_at IS NULL",
    """
    CREATE INDEX connection_closed_site ON connection (organisation_id, site_id, closed_revision)
        WHERE closed_revision IS NOT NULL
    """,
    "CREATE INDEX connection_closed_at ON connection (organisation_id, closed_at) WHERE closed_at IS NOT NULL",
    """
    CREATE INDEX connection_closed_user ON connection (organisation_id, okta_user_id, closed_at)
        WHERE closed_at IS NOT NULL
    """,
]

private let enrolment: [SQL] = [
    // Made anew, since SQLite takes no `NOT NULL` away.
    "DROP INDEX gateway_site",
    "ALTER TABLE gateway RENAME TO gateway_before",
    // Without a key and a token until it is enrolled. `code_hash` stays when the code was used, and `code_expires_at` goes, so that
    // a code that is shown again is known. `enrolled_revision` is the site's when the machine of now was enrolled: it cannot
    // acknowledge for one before it.
    """
    CREATE TABLE gateway (
        organisation_id TEXT NOT NULL,
        gateway_id TEXT NOT NULL,
        site_id TEXT NOT NULL,
        name TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        code_hash TEXT UNIQUE,
        code_expires_at BIGINT,
        public_key TEXT,
        token_hash TEXT UNIQUE,
        enrolled_at BIGINT,
        enrolled_revision BIGINT NOT NULL DEFAULT 0,
        acknowledged_revision BIGINT NOT NULL DEFAULT 0,
        last_seen_at BIGINT,
        version TEXT,
        implementation TEXT,
        refused_packets BIGINT NOT NULL DEFAULT 0,
        told_refused_packets BIGINT NOT NULL DEFAULT 0,
        told_refused_at BIGINT,
        PRIMARY KEY (organisation_id, gateway_id),
        UNIQUE (organisation_id, name),
        UNIQUE (organisation_id, public_key),
        FOREIGN KEY (organisation_id, site_id) REFERENCES site ON DELETE CASCADE,
        CHECK ((enrolled_at IS NULL) = (public_key IS NULL)),
        CHECK ((enrolled_at IS NULL) = (token_hash IS NULL))
    )
    """,
    """
    INSERT INTO gateway (organisation_id, gateway_id, site_id, name, endpoint, created_at, public_key, token_hash,
        enrolled_at, last_seen_at)
    SELECT organisation_id, gateway_id, site_id, name, endpoint, created_at, public_key, token_hash, created_at,
        last_seen_at
    FROM gateway_before
    """,
    "DROP TABLE gateway_before",
    "DROP TABLE site_before",
    "CREATE INDEX gateway_site ON gateway (organisation_id, site_id)",
]

private let formerCodes: [SQL] = [
    // The codes that a gateway had before the one in its row: whoever shows one again has an event.
    """
    CREATE TABLE former_code (
        organisation_id TEXT NOT NULL,
        code_hash TEXT NOT NULL,
        gateway_id TEXT NOT NULL,
        PRIMARY KEY (organisation_id, code_hash),
        FOREIGN KEY (organisation_id, gateway_id) REFERENCES gateway ON DELETE CASCADE
    )
    """,
    "CREATE INDEX former_code_gateway ON former_code (organisation_id, gateway_id)",
]

private let formerGateways: [SQL] = [
    // A machine that was a gateway until another was enrolled in its place, or the gateway was removed, and that was not told so yet: it
    // may let its peers in until `lease_ends_at`. Its `gateway_id` is one of its own.
    """
    CREATE TABLE former_gateway (
        organisation_id TEXT NOT NULL,
        gateway_id TEXT NOT NULL,
        site_id TEXT NOT NULL,
        name TEXT NOT NULL,
        ended_as TEXT NOT NULL CHECK (ended_as IN ('replaced', 'removed')),
        token_hash TEXT NOT NULL UNIQUE,
        lease_ends_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, gateway_id),
        FOREIGN KEY (organisation_id, site_id) REFERENCES site ON DELETE CASCADE
    )
    """
]

private let cuts: [SQL] = [
    // One row for each gateway, former ones among them, that has to stop letting a closed connection's peer in, which it does by
    // `lease_ends_at` if it hears nothing. It outlives the gateway, and says then that it never acknowledged. `ended_as` is NULL while the
    // gateway is one.
    """
    CREATE TABLE connection_cut (
        organisation_id TEXT NOT NULL,
        connection_id TEXT NOT NULL,
        gateway_id TEXT NOT NULL,
        gateway_name TEXT NOT NULL,
        ended_as TEXT CHECK (ended_as IN ('replaced', 'removed')),
        closed_revision BIGINT NOT NULL,
        lease_ends_at BIGINT NOT NULL,
        acknowledged_at BIGINT,
        PRIMARY KEY (organisation_id, connection_id, gateway_id),
        FOREIGN KEY (organisation_id, connection_id) REFERENCES connection ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX connection_cut_waiting ON connection_cut (organisation_id, gateway_id, closed_revision)
        WHERE acknowledged_at IS NULL
    """,
]

private let use: [SQL] = [
    // What a gateway reported last of an open connection.
    """
    CREATE TABLE peer_use (
        organisation_id TEXT NOT NULL,
        connection_id TEXT NOT NULL,
        gateway_id TEXT NOT NULL,
        last_handshake_at BIGINT,
        received_bytes BIGINT NOT NULL,
        sent_bytes BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, connection_id, gateway_id),
        FOREIGN KEY (organisation_id, connection_id) REFERENCES connection ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, gateway_id) REFERENCES gateway ON DELETE CASCADE
    )
    """,
    "CREATE INDEX peer_use_gateway ON peer_use (organisation_id, gateway_id)",
]

private let toldRefusals: [SQL] = [
    // What was refused within the last minute and has its event, so that equal refusals do not fill the events.
    """
    CREATE TABLE told_refusal (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        what TEXT NOT NULL,
        told_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, what)
    )
    """
]
