import Foundation

extension Store {
    /// Keeps an attempt for ten minutes.
    ///
    /// Anybody may begin one, so they are bounded: those run out go first, then the oldest of the same source beyond a
    /// thousand, then the oldest of all beyond ten thousand. Who begins many ends their own, and nobody else's.
    public func saveAttempt(_ attempt: SignInAttempt) async throws(StoreError) {
        let hash = Token.digest(attempt.state)
        let verifier = try vault.seal(attempt.verifier, for: verifierPlace(stateHash: hash))
        let expires = time.addingTimeInterval(Double(SignInAttempt.lifetime))
        try await database.write(lock: "\(organisation.id) sign-in attempts") {
            (transaction) throws(StoreError) -> Void in
            try transaction.makeRoom(in: .signInAttempts, for: attempt.source, of: self)
            try transaction.run(
                """
                INSERT INTO sign_in_attempt (organisation_id, state_hash, browser_hash, nonce, verifier, redirect_after,
                    purpose, source, created_at, expires_at)
                VALUES (\(organisation.id), \(hash), \(Token.digest(attempt.browser)), \(attempt.nonce), \(verifier),
                    \(attempt.redirectAfter), \(attempt.purpose), \(attempt.source), \(time), \(expires))
                """
            )
        }
    }

    /// Takes an attempt, so that nobody takes it again; nil for a state that is unknown, taken or run out, and for
    /// another browser, which takes nothing.
    public func takeAttempt(state: String, browser: String) async throws(StoreError) -> SignInAttempt? {
        let hash = Token.digest(state)
        // One statement, so that of two who come at once one takes it.
        let taken: SQL = """
            DELETE FROM sign_in_attempt
            WHERE organisation_id = \(organisation.id) AND state_hash = \(hash)
                AND browser_hash = \(Token.digest(browser))
            RETURNING nonce, verifier, redirect_after, purpose, expires_at
            """
        let row = try await writeUnordered { (transaction) throws(StoreError) in try transaction.row(taken) }
        guard let row, try row.date("expires_at") > time else { return nil }
        return try SignInAttempt(
            state: state,
            browser: browser,
            nonce: row.text("nonce"),
            verifier: vault.open(row.text("verifier"), for: verifierPlace(stateHash: hash)),
            purpose: row.value("purpose"),
            redirectAfter: row.text("redirect_after")
        )
    }

    private func verifierPlace(stateHash: String) -> SealedPlace {
        SealedPlace(table: "sign_in_attempt", column: "verifier", organisation: organisation.id, row: stateHash)
    }
}
