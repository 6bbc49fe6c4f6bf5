extension Transaction {
    /// See ``Store/setPassword(of:to:except:by:)``.
    func setPassword(
        of id: Administrator.ID,
        to hash: PasswordHash,
        except session: Session.ID? = nil,
        by actor: Actor,
        in store: Store
    ) throws(StoreError) {
        let organisation = store.organisation
        let administrator = try administratorByHand(id, in: organisation)
        try run(
            """
            UPDATE administrator SET password_hash = \(hash.text)
            WHERE organisation_id = \(organisation.id) AND administrator_id = \(id)
            """
        )
        try forgetAllFailures(on: administrator.email, in: organisation)
        try forgetPendingSignIns(of: id, in: organisation)
        try endSessions(
            of: .administrator(id),
            except: session,
            because: "The password was changed.",
            in: store
        )
        try record(
            action: "administrator.password-changed",
            subject: administrator.email,
            by: actor,
            in: store
        )
    }

    /// nil where the account has no password or does not exist.
    func passwordHash(of account: String, in organisation: Organisation) throws(StoreError) -> PasswordHash? {
        let query: SQL =
            "SELECT password_hash FROM administrator WHERE organisation_id = \(organisation.id) AND email = \(account)"
        return try row(query)?.optionalText("password_hash").flatMap(PasswordHash.init(text:))
    }
}
