extension Migration {
    static let universalLogout = Migration(name: "universal logout", statements: usedTokens + attemptSources)
}

private let usedTokens: [SQL] = [
    // The ids (`jti`) of the tokens by which Okta asked to sign somebody out, as SHA-256, until the token is too old anyway:
    // each is good once, on whatever server it arrives.
    """
    CREATE TABLE used_revocation_token (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        token_id_hash TEXT NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, token_id_hash)
    )
    """,
    "CREATE INDEX used_revocation_token_expires_at ON used_revocation_token (organisation_id, expires_at)",
]

private let attemptSources: [SQL] = [
    // Where an attempt was begun: an IPv4 address, or the first 64 bits of an IPv6 address.
    "ALTER TABLE sign_in_attempt ADD COLUMN source TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX sign_in_attempt_source ON sign_in_attempt (organisation_id, source, expires_at)",
]
