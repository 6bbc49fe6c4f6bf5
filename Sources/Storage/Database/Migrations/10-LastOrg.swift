extension Migration {
    static let lastOrg = Migration(
        name: "the last org",
        statements: [
            // Stays when the integration is disabled: whoever is linked to Okta is linked to users of this org.
            "ALTER TABLE okta_integration ADD COLUMN last_domain TEXT",
            "UPDATE okta_integration SET last_domain = domain",
        ]
    )
}
