import Foundation

extension Store {
    /// How many browsers are known for one administrator; beyond, those in which they signed in longest ago are forgotten.
    private static let mostKnownBrowsers = 20

    /// Remembers that the administrator signed in in a browser, and gives what the browser shows next time: a new value
    /// each time, of which only the SHA-256 is kept. With it, its wrong passwords are counted apart from strangers'
    /// (OWASP, *device cookies*).
    ///
    /// - Parameter old: What the browser showed; it is worth nothing from now on, for whoever else has it.
    public func rememberBrowser(
        of administrator: Administrator.ID,
        instead old: String?
    ) async throws(StoreError) -> Secret {
        let token = Token.new()
        let hash = Token.digest(token.value)
        try await write { (transaction) throws(StoreError) in
            if let old {
                try transaction.run(
                    """
                    UPDATE known_browser SET cookie_hash = \(hash)
                    WHERE organisation_id = \(organisation.id) AND cookie_hash = \(Token.digest(old))
                    """
                )
                // What it failed goes with it: else a sign-in to one account would clear its count on another.
                try transaction.run(
                    """
                    UPDATE sign_in_failure SET counter = \(AttemptCounter.knownBrowser(hash).text)
                    WHERE organisation_id = \(organisation.id)
                        AND counter = \(AttemptCounter.knownBrowser(Token.digest(old)).text)
                    """
                )
            }
            try transaction.run(
                """
                INSERT INTO known_browser (organisation_id, administrator_id, cookie_hash, signed_in_at)
                VALUES (\(organisation.id), \(administrator), \(hash), \(time))
                ON CONFLICT (organisation_id, administrator_id, cookie_hash) DO UPDATE
                    SET signed_in_at = excluded.signed_in_at
                """
            )
            try transaction.run(
                """
                DELETE FROM known_browser
                WHERE organisation_id = \(organisation.id) AND administrator_id = \(administrator) AND cookie_hash NOT IN (
                    SELECT cookie_hash FROM known_browser
                    WHERE organisation_id = \(organisation.id) AND administrator_id = \(administrator)
                    ORDER BY signed_in_at DESC, cookie_hash LIMIT \(Self.mostKnownBrowsers))
                """
            )
        }
        return token
    }

    /// Lets browsers that the account does not know try again at once, and forgets every failure there.
    public func allowSignIn(email: String, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.requireOwner(actor, in: organisation)
            let administrator = try transaction.administrator(email: email, in: organisation)
            try transaction.forgetAllFailures(on: administrator.email, in: organisation)
            try transaction.forgetFailuresOfNetworks(in: organisation)
            try transaction.record(
                action: "administrator.sign-in-allowed",
                subject: administrator.email,
                by: actor,
                in: self
            )
        }
    }
}
