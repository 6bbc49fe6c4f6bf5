extension Migration {
    static let firstScreen = Migration(name: "first screen", statements: connectSettings + deviceTokens + enumerations)
}

// What Connect shows before anybody signed in; an organisation without a row has what ``ConnectSettings/init()`` says.
private let connectSettings: [SQL] = [
    """
    CREATE TABLE connect_settings (
        organisation_id TEXT NOT NULL PRIMARY KEY REFERENCES organisation ON DELETE CASCADE,
        first_screen TEXT NOT NULL CHECK (first_screen IN ('networks', 'organisation')),
        set_by TEXT NOT NULL,
        set_at BIGINT NOT NULL
    )
    """
]

// By its token a device is known before the sign-in; NULL for one that was enrolled before there were any, and for a removed one.
private let deviceTokens: [SQL] = [
    "ALTER TABLE device ADD COLUMN token_hash TEXT",
    "CREATE UNIQUE INDEX device_token_hash ON device (token_hash) WHERE token_hash IS NOT NULL",
]

// The sources of which administrators were told in the last hour, so that several servers tell once.
private let enumerations: [SQL] = [
    """
    CREATE TABLE enumeration (
        organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
        source TEXT NOT NULL,
        told_at BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, source)
    )
    """
]
