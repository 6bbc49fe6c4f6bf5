import Directory

extension Store {
    /// Ends all that the user holds, in one transaction with the note that the token was used: sessions in Accounts and
    /// Connect, with whatever refreshes them; sessions in Manager that were opened as this user of Okta; open connections;
    /// codes by which Connect could still get a session. Devices stay enrolled, and the user may sign in anew.
    ///
    /// Where it is refused, the token is used up all the same.
    public func perform(_ logout: UniversalLogout) async throws(StoreError) -> UniversalLogout.Outcome {
        try await write { (transaction) throws(StoreError) in
            guard try transaction.use(logout, in: self) else { return .tokenUsed }
            let users = try transaction.users(named: logout.subject, in: organisation)
            guard let user = users.first else { return .unknownUser }
            guard users.count == 1 else { return .severalUsers }
            let ended = try transaction.endEverything(of: user.id, because: UniversalLogout.sentence, in: self)
            try transaction.record(
                action: "user.universal-logout",
                subject: user.login,
                old: ended.description,
                new: UniversalLogout.sentence,
                by: .system,
                in: self
            )
            return .done(sessions: ended.sessions, connections: ended.connections)
        }
    }
}

extension UniversalLogout {
    fileprivate static let sentence = "Okta signed the user out everywhere."
}

extension Transaction {
    /// Notes that the token was used; false where it was before.
    fileprivate func use(_ logout: UniversalLogout, in store: Store) throws(StoreError) -> Bool {
        let organisation = store.organisation.id
        try run(
            "DELETE FROM used_revocation_token WHERE organisation_id = \(organisation) AND expires_at <= \(store.time)"
        )
        let added = try run(
            """
            INSERT INTO used_revocation_token (organisation_id, token_id_hash, expires_at)
            VALUES (\(organisation), \(Token.digest(logout.tokenID)), \(logout.tokenExpiresAt))
            ON CONFLICT (organisation_id, token_id_hash) DO NOTHING
            """
        )
        return added == 1
    }

    /// By e-mail: those who have it, and only where nobody has, those whose username it is.
    fileprivate func users(
        named subject: UniversalLogout.Subject,
        in organisation: Organisation
    ) throws(StoreError) -> [User] {
        switch subject {
        case .user(let id):
            return try users(where: "okta_user_id = \(id)", in: organisation)
        case .email(let email):
            let folded = Store.folded(email)
            let byEmail = try users(where: "folded_email = \(folded)", in: organisation)
            return byEmail.isEmpty ? try users(where: "folded_login = \(folded)", in: organisation) : byEmail
        }
    }
}
