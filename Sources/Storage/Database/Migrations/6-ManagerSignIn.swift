extension Migration {
    static let managerSignIn = Migration(
        name: "manager sign-in",
        statements: throttling + secondFactor + administratorGroups
    )
}

private let throttling: [SQL] = [
    "DROP TABLE login_failure",
    // `account` is what was typed, in lower case, whether or not there is such an administrator. `counter` says whose
    // failures are counted: `source …` one network's, `browser …` one known browser's, `*` those of all other browsers.
    """
    CREATE TABLE sign_in_failure (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        account TEXT NOT NULL,
        counter TEXT NOT NULL,
        failures BIGINT NOT NULL,
        last_failed_at BIGINT NOT NULL,
        blocked_until BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, account, counter)
    )
    """,
    "CREATE INDEX sign_in_failure_last ON sign_in_failure (organisation_id, last_failed_at)",
    // A browser in which the administrator has signed in before; `cookie_hash` is the SHA-256 of what it was given.
    """
    CREATE TABLE known_browser (
        organisation_id TEXT NOT NULL,
        administrator_id TEXT NOT NULL,
        cookie_hash TEXT NOT NULL,
        signed_in_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, administrator_id, cookie_hash),
        FOREIGN KEY (organisation_id, administrator_id) REFERENCES administrator ON DELETE CASCADE
    )
    """,
]

private let secondFactor: [SQL] = [
    // `secret` is sealed. A row without `confirmed_at` is proposed: no sign-in asks for it. `last_step` is the newest
    // time step of which a code was taken. `recovered_at` is when a recovery code stood in for the app.
    """
    CREATE TABLE second_factor (
        organisation_id TEXT NOT NULL,
        second_factor_id TEXT NOT NULL,
        administrator_id TEXT NOT NULL,
        secret TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        confirmed_at BIGINT,
        last_step BIGINT NOT NULL,
        recovered_at BIGINT,
        PRIMARY KEY (organisation_id, second_factor_id),
        FOREIGN KEY (organisation_id, administrator_id) REFERENCES administrator ON DELETE CASCADE
    )
    """,
    """
    CREATE UNIQUE INDEX second_factor_confirmed ON second_factor (organisation_id, administrator_id)
        WHERE confirmed_at IS NOT NULL
    """,
    """
    CREATE TABLE recovery_code (
        organisation_id TEXT NOT NULL,
        administrator_id TEXT NOT NULL,
        code_hash TEXT NOT NULL,
        PRIMARY KEY (organisation_id, administrator_id, code_hash),
        FOREIGN KEY (organisation_id, administrator_id) REFERENCES administrator ON DELETE CASCADE
    )
    """,
    // The password was right and the code is awaited, in the one browser that has the token.
    """
    CREATE TABLE pending_sign_in (
        organisation_id TEXT NOT NULL,
        token_hash TEXT NOT NULL,
        administrator_id TEXT NOT NULL,
        redirect_after TEXT NOT NULL,
        tries BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, token_hash),
        FOREIGN KEY (organisation_id, administrator_id) REFERENCES administrator ON DELETE CASCADE
    )
    """,
    // When the holder last showed who they are; NULL in sessions that were opened before this column was there.
    "ALTER TABLE session ADD COLUMN authenticated_at BIGINT",
]

private let administratorGroups: [SQL] = [
    // Who is in one of these groups, and comes in through Okta, administers with its role. It keeps Okta's id and outlives
    // the group, so it refers to no row.
    """
    CREATE TABLE administrator_group (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        okta_group_id TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('administrator', 'viewer')),
        set_by TEXT NOT NULL,
        set_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, okta_group_id)
    )
    """,
    // Somebody who came in through such a group. Their role is read from their groups each time.
    "ALTER TABLE administrator ADD COLUMN through_group BOOLEAN NOT NULL DEFAULT FALSE",
]
