import Directory

extension Transaction {
    func oktaIntegration(in store: Store) throws(StoreError) -> OktaIntegration? {
        let query: SQL = """
            SELECT \(OktaIntegration.columns) FROM okta_integration
            WHERE organisation_id = \(store.organisation.id) AND is_enabled
            """
        guard let row = try row(query) else { return nil }
        return try OktaIntegration(row)
    }

    /// The integration, or ``StoreError/conflict(_:)`` where it is not enabled.
    func enabledOktaIntegration(in store: Store) throws(StoreError) -> OktaIntegration {
        guard let integration = try oktaIntegration(in: store) else {
            throw .conflict("The Okta integration is not enabled.")
        }
        return integration
    }

    /// The domain of the org that was connected last, also where the integration is disabled; nil where none ever was.
    func lastOktaDomain(in organisation: Organisation) throws(StoreError) -> String? {
        try row("SELECT last_domain FROM okta_integration WHERE organisation_id = \(organisation.id)")?
            .optionalText("last_domain")
    }

    func oktaCredentials(in store: Store) throws(StoreError) -> OktaCredentials? {
        let query: SQL = """
            SELECT domain, issuer, client_id, client_secret, api_token, version FROM okta_integration
            WHERE organisation_id = \(store.organisation.id) AND is_enabled
            """
        guard let row = try row(query) else { return nil }
        let version = try row.int64("version")
        return OktaCredentials(
            domain: try row.text("domain"),
            issuer: try row.text("issuer"),
            clientID: try row.text("client_id"),
            clientSecret: try store.vault.open(
                try row.text("client_secret"),
                for: .clientSecret(of: store.organisation, version: version)
            ),
            apiToken: try store.vault.open(
                try row.text("api_token"),
                for: .apiToken(of: store.organisation, version: version)
            )
        )
    }

    /// Says how the synchronization fares, and tells administrators when it stops, waits for approval, or works again.
    /// Nothing is written where nothing changed. A run that waits for approval has to be written before.
    func setIntegrationStatus(
        _ status: OktaIntegration.Status,
        problem: Problem?,
        in store: Store
    ) throws(StoreError) {
        guard let before = try oktaIntegration(in: store) else { return }
        try notify(of: status, problem: problem, before: before, in: store)
        guard (before.status, before.problem) != (status, problem) else { return }
        try run(
            """
            UPDATE okta_integration SET status = \(status), problem_what = \(problem?.what),
                problem_remedy = \(problem?.remedy),
                status_since = \(before.status == status ? before.statusSince : store.time)
            WHERE organisation_id = \(store.organisation.id)
            """
        )
        guard before.status != status else { return }
        try record(
            action: "okta.status-changed",
            subject: "Okta",
            old: before.status.rawValue,
            new: [status.rawValue, problem?.what].compactMap(\.self).joined(separator: ": "),
            by: .system,
            in: store
        )
    }

    /// Seals and writes the credentials. What was wrong with those before is forgotten.
    func save(_ credentials: OktaCredentials, by actor: Actor, in store: Store) throws(StoreError) {
        let organisation = store.organisation
        let version = try lastVersion(in: organisation) + 1
        let clientSecret = try store.vault.seal(
            credentials.clientSecret,
            for: .clientSecret(of: organisation, version: version)
        )
        let apiToken = try store.vault.seal(credentials.apiToken, for: .apiToken(of: organisation, version: version))
        let hadSynced = try oktaIntegration(in: store).map { $0.domain == credentials.domain && $0.lastSyncAt != nil }
        let status: OktaIntegration.Status = hadSynced == true ? .active : .neverSynced
        try run(
            """
            INSERT INTO okta_integration (organisation_id, is_enabled, domain, issuer, client_id, client_secret, api_token,
                version, saved_at, saved_by, synchronization, remote_access, status, status_since, last_domain)
            VALUES (\(organisation.id), TRUE, \(credentials.domain), \(credentials.issuer), \(credentials.clientID),
                \(clientSecret), \(apiToken), \(version), \(store.time), \(actor.description), FALSE, TRUE, \(status),
                \(store.time), \(credentials.domain))
            ON CONFLICT (organisation_id) DO UPDATE SET is_enabled = TRUE, domain = excluded.domain,
                issuer = excluded.issuer, client_id = excluded.client_id, client_secret = excluded.client_secret,
                api_token = excluded.api_token, version = excluded.version, saved_at = excluded.saved_at,
                saved_by = excluded.saved_by, status = excluded.status, status_since = excluded.status_since,
                problem_what = NULL, problem_remedy = NULL, last_domain = excluded.last_domain
            """
        )
    }

    func addOktaUsersTeam(in store: Store) throws(StoreError) {
        try run(
            """
            INSERT INTO team (organisation_id, team_id, name, is_read_only, created_at)
            VALUES (\(store.organisation.id), \(Team.ID.random()), \(Team.oktaUsers), TRUE, \(store.time))
            ON CONFLICT (organisation_id, name) DO NOTHING
            """
        )
    }

    /// Erases the credentials and what Okta said of memberships.
    func forgetOkta(in store: Store) throws(StoreError) {
        try run(
            """
            UPDATE okta_integration SET is_enabled = FALSE, domain = NULL, issuer = NULL, client_id = NULL,
                client_secret = NULL, api_token = NULL, status = \(OktaIntegration.Status.neverSynced),
                status_since = \(store.time), problem_what = NULL, problem_remedy = NULL, last_sync_at = NULL,
                last_full_sync_at = NULL
            WHERE organisation_id = \(store.organisation.id)
            """
        )
        try unschedule(in: store)
        try run("DELETE FROM sign_in_attempt WHERE organisation_id = \(store.organisation.id)")
        try forgetMemberships(in: store)
    }

    /// Forgets who is in which group, and takes the lease from every sync that runs, so that none brings it back.
    func forgetMemberships(in store: Store) throws(StoreError) {
        let those: SQL = "okta_membership.organisation_id = \(store.organisation.id)"
        try keepInHistory(those, fence: nil, in: store)
        try run("DELETE FROM okta_membership WHERE \(those)")
        try run(
            """
            UPDATE okta_integration SET last_sync_at = NULL, last_full_sync_at = NULL, read_until = NULL,
                full_read_at = NULL
            WHERE organisation_id = \(store.organisation.id)
            """
        )
        try run("UPDATE okta_group SET members_read_at = NULL WHERE organisation_id = \(store.organisation.id)")
        try run(
            "UPDATE lease SET fence = fence + 1, expires_at = 0 WHERE organisation_id = \(store.organisation.id)"
        )
    }

    /// How often credentials were saved; 0 for never.
    private func lastVersion(in organisation: Organisation) throws(StoreError) -> Int64 {
        let query: SQL = "SELECT version FROM okta_integration WHERE organisation_id = \(organisation.id)"
        return try row(query)?.int64("version") ?? 0
    }
}

extension SealedPlace {
    fileprivate static func clientSecret(of organisation: Organisation, version: Int64) -> SealedPlace {
        SealedPlace(
            table: "okta_integration",
            column: "client_secret",
            organisation: organisation.id,
            version: version
        )
    }

    fileprivate static func apiToken(of organisation: Organisation, version: Int64) -> SealedPlace {
        SealedPlace(table: "okta_integration", column: "api_token", organisation: organisation.id, version: version)
    }
}
