extension Migration {
    static let gateways = Migration(
        name: "gateways that acknowledge",
        statements: revisions + enrolment + cuts + use + addresses + toldRefusals
    )
}

// `revision` grows with each change of a site's peers. `earlier_lease_ends_at` is until when a gateway may still go by a longer lease
// that the site had before.
private let revisions: [SQL] = [
    "ALTER TABLE site ADD COLUMN lease_seconds BIGINT NOT NULL DEFAULT 300",
    "ALTER TABLE site ADD COLUMN revision BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE site ADD COLUMN earlier_lease_ends_at BIGINT",
    "ALTER TABLE connection ADD COLUMN session_id TEXT",
    "ALTER TABLE connection ADD COLUMN opened_revision BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE connection ADD COLUMN closed_revision BIGINT",
    "ALTER TABLE connection ADD COLUMN closed_by_user BOOLEAN NOT NULL DEFAULT FALSE",
    // Until when a gateway that has lost its server may still let the peer in.
    "ALTER TABLE connection ADD COLUMN lease_ends_at BIGINT",
    // Those that are open go on with their user's newest session. Who has none is cut off.
    """
    UPDATE connection SET session_id = (
        SELECT session_id FROM session
        WHERE session.organisation_id = connection.organisation_id AND session.okta_user_id = connection.okta_user_id
            AND kind = 'connect' AND ended_at IS NULL
        ORDER BY last_seen_at DESC, session_id LIMIT 1)
    WHERE closed_at IS NULL
    """,
    "DROP INDEX connection_open_site",
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
    "CREATE INDEX gateway_site ON gateway (organisation_id, site_id)",
]

private let cuts: [SQL] = [
    // One row for each gateway that has to stop letting a closed connection's peer in. It outlives the gateway, and says then that
    // it never acknowledged.
    """
    CREATE TABLE connection_cut (
        organisation_id TEXT NOT NULL,
        connection_id TEXT NOT NULL,
        gateway_id TEXT NOT NULL,
        gateway_name TEXT NOT NULL,
        closed_revision BIGINT NOT NULL,
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

private let addresses: [SQL] = [
    // For a removed device's: when no gateway can let the device in any more, so that another one may have the address.
    "ALTER TABLE tunnel_address ADD COLUMN free_from BIGINT",
    "CREATE INDEX tunnel_address_free_from ON tunnel_address (organisation_id, free_from) WHERE free_from IS NOT NULL",
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
