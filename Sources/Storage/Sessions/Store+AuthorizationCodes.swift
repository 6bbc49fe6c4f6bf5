public import Directory
import Foundation

extension Store {
    /// Makes the code that Connect exchanges for a session; it is given out this once and only its SHA-256 is kept.
    ///
    /// Throws ``StoreError/denied(_:)`` for a user who is not active.
    ///
    /// - Parameters:
    ///   - challenge: The PKCE code challenge (S256) of the authorization request.
    ///   - session: The browser's session in which the person confirmed. Once it has ended, the code is worth nothing.
    ///   - program: What asks, for the event: its computer's name, and from where the person confirmed.
    public func makeAuthorizationCode(
        for user: User.ID,
        redirectURI: String,
        challenge: String,
        confirmedIn session: Session.ID? = nil,
        program: String? = nil
    ) async throws(StoreError) -> Secret {
        let code = Token.new()
        let expires = time.addingTimeInterval(Double(AuthorizationCode.lifetime))
        // A code that was shown twice is known as such for a day.
        let forgotten = time.addingTimeInterval(-24 * 3600)
        try await write { (transaction) throws(StoreError) in
            let person = try transaction.requireActive(user, in: self)
            try transaction.run(
                """
                DELETE FROM authorization_code
                WHERE organisation_id = \(organisation.id) AND expires_at < \(forgotten)
                """
            )
            try transaction.run(
                """
                INSERT INTO authorization_code (organisation_id, code_hash, okta_user_id, redirect_uri, code_challenge,
                    created_at, expires_at, confirmed_in)
                VALUES (\(organisation.id), \(Token.digest(code.value)), \(user), \(redirectURI), \(challenge),
                    \(time), \(expires), \(session))
                """
            )
            try transaction.record(
                action: "connect-sign-in.confirmed",
                subject: person.login,
                new: program,
                by: .user(user, email: person.login),
                in: self
            )
        }
        return code
    }

    /// Notes that the person refused what Connect asked for.
    ///
    /// - Parameter program: As for ``makeAuthorizationCode(for:redirectURI:challenge:confirmedIn:program:)``.
    public func noteCancelledSignIn(of user: User, program: String?) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.record(
                action: "connect-sign-in.cancelled",
                subject: user.login,
                new: program,
                by: .user(user),
                in: self
            )
        }
    }

    /// Takes a code, so that nobody takes it again; nil for one that is unknown or run out, or was confirmed in a session that
    /// has ended.
    ///
    /// A code that was taken before has been seen by somebody else: the answer is nil, and the session that was opened
    /// for it ends. Call this before the verifier and the redirect URI are compared, so that a wrong guess spends it.
    public func takeAuthorizationCode(_ code: String) async throws(StoreError) -> AuthorizationCode? {
        let id = AuthorizationCode.ID(Token.digest(code))
        return try await write { (transaction) throws(StoreError) in
            guard let row = try transaction.authorizationCode(id, in: organisation) else { return nil }
            guard try row.optionalDate("taken_at") == nil else {
                try transaction.revokeReplayed(row, id, in: self)
                return nil
            }
            try transaction.run(
                """
                UPDATE authorization_code SET taken_at = \(time)
                WHERE organisation_id = \(organisation.id) AND code_hash = \(id)
                """
            )
            guard try row.date("expires_at") > time else { return nil }
            guard try transaction.isOpen(row.optionalID("confirmed_in"), in: self) else { return nil }
            return try AuthorizationCode(
                id: id,
                user: row.id("okta_user_id"),
                redirectURI: row.text("redirect_uri"),
                challenge: row.text("code_challenge")
            )
        }
    }
}

extension Transaction {
    fileprivate func authorizationCode(
        _ id: AuthorizationCode.ID,
        in organisation: Organisation
    ) throws(StoreError) -> Row? {
        try row(
            """
            SELECT okta_user_id, redirect_uri, code_challenge, expires_at, taken_at, session_id, confirmed_in
            FROM authorization_code
            WHERE organisation_id = \(organisation.id) AND code_hash = \(id)
            """
        )
    }

    /// Whether the session in which a code was confirmed has not ended; true for a code that names none.
    fileprivate func isOpen(_ session: Session.ID?, in store: Store) throws(StoreError) -> Bool {
        guard let session else { return true }
        return try self.session(where: "session_id = \(session)", in: store) != nil
    }

    /// Notes which session was opened for a code that was taken.
    ///
    /// Throws ``StoreError/conflict(_:)`` where one was already, or where the code was shown again in between.
    func bind(_ code: AuthorizationCode, to session: Session.ID, in store: Store) throws(StoreError) {
        let bound = try run(
            """
            UPDATE authorization_code SET session_id = \(session)
            WHERE organisation_id = \(store.organisation.id) AND code_hash = \(code.id)
                AND taken_at IS NOT NULL AND session_id IS NULL
            """
        )
        guard bound == 1 else { throw .conflict("The code was used more than once.") }
    }

    /// Ends the session of a code that was shown again. The code is forgotten, so that a session not yet opened for it
    /// never is.
    fileprivate func revokeReplayed(_ row: Row, _ id: AuthorizationCode.ID, in store: Store) throws(StoreError) {
        let organisation = store.organisation
        try run("DELETE FROM authorization_code WHERE organisation_id = \(organisation.id) AND code_hash = \(id)")
        if let session: Session.ID = try row.optionalID("session_id") {
            try endSessions(
                where: "session_id = \(session)",
                because: "Its authorization code was used again.",
                in: store
            )
        }
        try record(
            action: "authorization-code.used-again",
            subject: user(row.id("okta_user_id"), in: organisation).login,
            by: .system,
            in: store
        )
    }
}
