extension Migration {
    static let eventOrigins = Migration(
        name: "where events came from",
        statements: [
            "ALTER TABLE audit_event ADD COLUMN address TEXT",
            "ALTER TABLE audit_event ADD COLUMN device TEXT",
            "ALTER TABLE audit_event ADD COLUMN step TEXT",
            "ALTER TABLE audit_event ADD COLUMN reason TEXT",
            "CREATE INDEX audit_event_at ON audit_event (organisation_id, at)",
            // The refusals of the last minute, by what makes them the same: `repeats` counts those without an event.
            """
            CREATE TABLE refusal_count (
                organisation_id TEXT NOT NULL REFERENCES organisation ON DELETE CASCADE,
                sameness TEXT NOT NULL,
                subject TEXT NOT NULL,
                address TEXT,
                device TEXT,
                step TEXT NOT NULL,
                reason TEXT NOT NULL,
                since BIGINT NOT NULL,
                repeats BIGINT NOT NULL,
                PRIMARY KEY (organisation_id, sameness)
            )
            """,
            "CREATE INDEX refusal_count_address ON refusal_count (organisation_id, address)",
        ]
    )
}
