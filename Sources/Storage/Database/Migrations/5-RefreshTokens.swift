extension Migration {
    static let refreshTokens = Migration(
        name: "refresh tokens",
        statements: [
            // For Connect: when its access token ends, and when it was first used. A session of before keeps its token, which
            // nothing renews.
            "ALTER TABLE session ADD COLUMN token_expires_at BIGINT",
            "ALTER TABLE session ADD COLUMN token_used_at BIGINT",
            // One row a session of Connect, however often it was renewed: a token that names the family and is not the
            // current one was superseded. `previous_hash` is the one before, which may come again once (``RefreshToken``).
            """
            CREATE TABLE refresh_token (
                organisation_id TEXT NOT NULL,
                family_hash TEXT NOT NULL,
                session_id TEXT NOT NULL,
                current_hash TEXT NOT NULL,
                previous_hash TEXT,
                renewed_at BIGINT NOT NULL,
                PRIMARY KEY (organisation_id, family_hash),
                UNIQUE (organisation_id, session_id),
                FOREIGN KEY (organisation_id, session_id) REFERENCES session ON DELETE CASCADE
            )
            """,
            // The browser's session in which the person confirmed: its end ends the code.
            "ALTER TABLE authorization_code ADD COLUMN confirmed_in TEXT",
        ]
    )
}
