import Directory

extension Transaction {
    /// Shows that the store's vault has the key under which the organisation's secrets are sealed, or makes its key
    /// that one where nothing is sealed yet. A key that was just made is written to its file here, and not before.
    ///
    /// - Throws: ``StoreError/wrongKey``.
    func proveKey(in store: Store) throws(StoreError) {
        let organisation = store.organisation.id
        let known = try row("SELECT key_id, sealed_proof FROM vault_key WHERE organisation_id = \(organisation)")
        let place = SealedPlace(table: "vault_key", column: "sealed_proof", organisation: organisation)
        if let known, try known.text("key_id") == store.vault.keyID {
            _ = try store.vault.open(try known.text("sealed_proof"), for: place)
            return
        }
        if known != nil {
            if try holdsSealedSecrets(in: organisation) { throw .wrongKey }
            try run("DELETE FROM vault_key WHERE organisation_id = \(organisation)")
        }
        try store.vault.keep()
        try run(
            """
            INSERT INTO vault_key (organisation_id, key_id, sealed_proof, created_at)
            VALUES (\(organisation), \(store.vault.keyID),
                \(try store.vault.seal(Secret("timus"), for: place)), \(store.time))
            """
        )
    }

    /// Whether losing the key would lose anything. What lives for minutes does not count: those attempts fail and are
    /// begun again.
    private func holdsSealedSecrets(in organisation: Organisation.ID) throws(StoreError) -> Bool {
        try count(
            """
            SELECT (
                SELECT COUNT(*) FROM okta_integration
                WHERE organisation_id = \(organisation) AND client_secret IS NOT NULL
            ) + (
                SELECT COUNT(*) FROM notification_settings
                WHERE organisation_id = \(organisation) AND webhook_secret IS NOT NULL
            ) + (
                SELECT COUNT(*) FROM second_factor
                WHERE organisation_id = \(organisation) AND confirmed_at IS NOT NULL
            ) AS count
            """
        ) > 0
    }
}
