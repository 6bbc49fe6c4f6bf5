import Foundation

extension Store {
    /// Keeps an attempt for ten minutes.
    ///
    /// Anybody may begin one, so they are bounded: those run out go first, then the oldest beyond ten thousand.
    public func saveAttempt(_ attempt: SignInAttempt) async throws(StoreError) {
        let hash = Token.digest(attempt.state)
        let verifier = try vault.seal(attempt.verifier, for: verifierPlace(stateHash: hash))
        let expires = time.addingTimeInterval(Double(SignInAttempt.lifetime))
        try await write { (transaction) throws(StoreError) in
            try transaction.makeRoom(in: .signInAttempts, of: self)
            try transaction.run(
                """
                INSERT INTO sign_in_attempt (organisation_id, state_hash, browser_hash, nonce, verifier, redirect_after,
                    purpose, created_at, expires_at)
                VALUES (\(organisation.id), \(hash), \(Token.digest(attempt.browser)), \(attempt.nonce), \(verifier),
                    \(attempt.redirectAfter), \(attempt.purpose), \(time), \(expires))
                """
            )
        }
    }

    /// Takes an attempt, so that nobody takes it again; nil for a state that is unknown, taken or run out, and for
    /// another browser, which takes nothing.
    public func takeAttempt(state: String, browser: String) async throws(StoreError) -> SignInAttempt? {
        let hash = Token.digest(state)
        let row = try await write { (transaction) throws(StoreError) -> Row? in
            let condition: SQL = """
                organisation_id = \(organisation.id) AND state_hash = \(hash)
                    AND browser_hash = \(Token.digest(browser))
                """
            let row = try transaction.row(
                "SELECT nonce, verifier, redirect_after, purpose, expires_at FROM sign_in_attempt WHERE \(condition)"
            )
            let taken = try transaction.run("DELETE FROM sign_in_attempt WHERE \(condition)")
            return taken == 1 ? row : nil
        }
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
