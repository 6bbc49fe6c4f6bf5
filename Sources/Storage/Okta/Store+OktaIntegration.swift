import Access
import Directory

extension Store {
    /// nil where the integration was never enabled, or is disabled.
    public func oktaIntegration() async throws(StoreError) -> OktaIntegration? {
        try await read { (transaction) throws(StoreError) in try transaction.oktaIntegration(in: self) }
    }

    /// nil where the integration was never enabled, or is disabled.
    public func oktaCredentials() async throws(StoreError) -> OktaCredentials? {
        try await read { (transaction) throws(StoreError) in try transaction.oktaCredentials(in: self) }
    }

    /// Another number each time that credentials are saved; nil where the integration was never enabled, or is disabled. What
    /// was made of ``oktaCredentials()`` holds while it stays.
    public func oktaCredentialsVersion() async throws(StoreError) -> Int64? {
        try await database.row(
            "SELECT version FROM okta_integration WHERE organisation_id = \(organisation.id) AND is_enabled"
        )?.int64("version")
    }

    /// Saves credentials that were proven, and enables the integration with them. The preferences stay; the first time
    /// they are: remote access on, synchronization off until the administrator turns it on.
    ///
    /// Another domain is another org, whose users are other people: what was read from the one before grants nothing any more,
    /// a sync that reads there cannot be applied, and administrators who signed in as its users are linked to nobody.
    ///
    /// Throws ``StoreError/conflict(_:)`` where no owner would be left who has a password.
    public func enableOkta(_ credentials: OktaCredentials, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let before = try transaction.oktaIntegration(in: self)
            if let last = try transaction.lastOktaDomain(in: organisation), last != credentials.domain {
                try transaction.unlinkAdministrators(by: actor, in: self)
            }
            try transaction.save(credentials, by: actor, in: self)
            try transaction.addOktaUsersTeam(in: self)
            try transaction.requestSync(.full, trigger: .settings, requestedBy: actor.description, in: self)
            if let before, before.domain != credentials.domain {
                try transaction.forgetMemberships(in: self)
                try transaction.endRevokedAccess(in: self)
            }
            if try transaction.organisationName(in: self) == Organisation.unnamed {
                try transaction.renameOrganisation(to: credentials.domain, in: self)
            }
            try transaction.record(
                action: before == nil ? "okta.enabled" : "okta.changed",
                subject: "Okta",
                old: before.map { "\($0.domain), client ID \($0.clientID)" },
                new: "\(credentials.domain), client ID \(credentials.clientID)",
                by: actor,
                in: self
            )
        }
    }

    /// Sets *Synchronization Status*. Turned off, nobody gains or loses anything until it is on again.
    public func setSynchronization(_ on: Bool, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let before = try transaction.enabledOktaIntegration(in: self)
            guard before.synchronization != on else { return }
            try transaction.run(
                "UPDATE okta_integration SET synchronization = \(on) WHERE organisation_id = \(organisation.id)"
            )
            if on {
                try transaction.requestSync(
                    .full,
                    trigger: before.lastSyncAt == nil ? .firstSync : .settings,
                    requestedBy: actor.description,
                    in: self
                )
            } else {
                try transaction.unschedule(in: self)
            }
            try transaction.record(
                action: "okta.synchronization-set",
                subject: "Okta",
                old: before.synchronization ? "on" : "off",
                new: on ? "on" : "off",
                by: actor,
                in: self
            )
        }
    }

    /// Sets *Remote Access* of the team Okta Users. Turned off, its connections end at once.
    public func setRemoteAccess(_ on: Bool, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let before = try transaction.enabledOktaIntegration(in: self)
            guard before.remoteAccess != on else { return }
            try transaction.run(
                "UPDATE okta_integration SET remote_access = \(on) WHERE organisation_id = \(organisation.id)"
            )
            if !on { try transaction.endRevokedAccess(in: self) }
            try transaction.record(
                action: "okta.remote-access-set",
                subject: "Okta",
                old: before.remoteAccess ? "on" : "off",
                new: on ? "on" : "off",
                by: actor,
                in: self
            )
        }
    }

    /// Says how the synchronization fares, and tells administrators when it stops, waits for approval, or works again.
    /// Nothing is written where nothing changed.
    public func setIntegrationStatus(
        _ status: OktaIntegration.Status,
        problem: Problem?
    ) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.setIntegrationStatus(status, problem: problem, in: self)
        }
    }

    /// What ``disableOkta(by:)`` would take away. Nothing is written.
    public func costsOfDisablingOkta() async throws(StoreError) -> DisableCosts {
        try await write { (transaction) throws(StoreError) in
            let users = try transaction.countUsers(.active, in: organisation)
            let memberships = try transaction.count(
                "SELECT COUNT(*) AS count FROM okta_membership WHERE organisation_id = \(organisation.id)"
            )
            let grants = try transaction.grants(in: organisation).count
            let revocations = try transaction.undoing { (transaction) throws(StoreError) in
                try transaction.forgetOkta(in: self)
                return try transaction.endRevokedAccess(in: self)
            }
            return DisableCosts(
                users: users,
                memberships: memberships,
                grants: grants,
                sessions: revocations.sessions,
                connections: revocations.connections
            )
        }
    }

    /// Disables the integration: users stay and become inactive, their sessions and connections end, the credentials
    /// are erased. The chosen groups, the grants and the preferences are kept for the day that it is enabled again.
    public func disableOkta(by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let before = try transaction.enabledOktaIntegration(in: self)
            try transaction.forgetOkta(in: self)
            let revocations = try transaction.endRevokedAccess(in: self)
            try transaction.record(
                action: "okta.disabled",
                subject: "Okta",
                old: "\(before.domain), client ID \(before.clientID)",
                new: "\(revocations.sessions) sessions and \(revocations.connections) connections ended",
                by: actor,
                in: self
            )
        }
    }
}
