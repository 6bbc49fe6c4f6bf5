import Access
public import Directory
import Foundation

extension Store {
    /// Opens a session and gives its token, which is shown this once: only its SHA-256 is kept.
    ///
    /// Throws ``StoreError/denied(_:)`` for a user who is not active, and for an administrator whose linked user is
    /// banned or has a status that keeps no access.
    ///
    /// - Parameters:
    ///   - linked: For an administrator who came in through Okta, the user as whom.
    ///   - code: For Connect, the authorization code that was exchanged: shown again, it ends this session.
    ///   - idToken: The ID token of the sign-in at Okta, kept sealed for the sign-out there.
    public func openSession(
        _ holder: Session.Holder,
        kind: Session.Kind,
        userAgent: String?,
        address: String?,
        throughOktaUser linked: User.ID? = nil,
        exchangedFor code: AuthorizationCode? = nil,
        idToken: String? = nil
    ) async throws(StoreError) -> (session: Session, token: Secret) {
        let token = Token.new()
        let opened = time
        let session = Session(
            id: .random(),
            holder: holder,
            kind: kind,
            createdAt: opened,
            lastSeenAt: opened,
            expiresAt: opened.addingTimeInterval(Double(kind.absoluteLimit)),
            userAgent: userAgent,
            address: address,
            throughOktaUser: linked
        )
        let sealed = try idToken.map { (text) throws(StoreError) in
            try vault.seal(Secret(text), for: idTokenPlace(of: session.id))
        }
        try await write { (transaction) throws(StoreError) in
            let actor = try transaction.requireMaySignIn(holder, throughOktaUser: linked, in: self)
            if let code { try transaction.bind(code, to: session.id, in: self) }
            try transaction.insert(session, tokenHash: Token.digest(token.value), idToken: sealed, in: self)
            try transaction.record(
                action: "session.opened",
                subject: actor.description,
                new: session.summary,
                by: actor,
                in: self
            )
        }
        return (session, token)
    }

    /// The live session with this token; nil where there is none.
    ///
    /// A session found past its limits, or whose holder may not be here any more, is ended on the way. Asked for on
    /// every request: a banned or suspended user is refused on the next one.
    public func session(token: String) async throws(StoreError) -> Session? {
        guard token.utf8.count == 43 else { return nil }
        let hash = Token.digest(token)
        let found = try await read { (transaction) throws(StoreError) in
            try transaction.session(tokenHash: hash, in: self)
        }
        guard let (session, problem) = found else { return nil }
        if let problem {
            try await write { (transaction) throws(StoreError) in
                try transaction.endSession(session.id, because: problem, in: self)
            }
            return nil
        }
        if time.timeIntervalSince(session.lastSeenAt) >= 60 { try await touch(session.id) }
        return session
    }

    /// The ID token of the session's sign-in at Okta, for `id_token_hint`; nil where there was none.
    public func idToken(of session: Session.ID) async throws(StoreError) -> Secret? {
        let sealed = try await read { (transaction) throws(StoreError) in
            try transaction.row(
                """
                SELECT id_token FROM session WHERE organisation_id = \(organisation.id) AND session_id = \(session)
                """
            )?.optionalText("id_token")
        }
        return try sealed.map { (sealed) throws(StoreError) in
            try vault.open(sealed, for: idTokenPlace(of: session))
        }
    }

    /// The holder's live sessions, the last used first.
    public func sessions(of holder: Session.Holder) async throws(StoreError) -> [Session] {
        let query: SQL = """
            SELECT \(Session.columns) FROM session
            WHERE organisation_id = \(organisation.id) AND \(holder.condition) AND ended_at IS NULL
            ORDER BY last_seen_at DESC, session_id
            """
        return try await read { (transaction) throws(StoreError) in
            var sessions: [Session] = []
            try transaction.forEach(query) { (row) throws(StoreError) in sessions.append(try Session(row)) }
            return sessions.filter { $0.limitReached(at: time) == nil }
        }
    }

    /// Ends a session; does nothing where it has ended.
    public func endSession(
        _ id: Session.ID,
        because why: String,
        by actor: Actor
    ) async throws(StoreError) {
        let query: SQL = """
            SELECT \(Session.columns) FROM session
            WHERE organisation_id = \(organisation.id) AND session_id = \(id) AND ended_at IS NULL
            """
        try await write { (transaction) throws(StoreError) in
            guard let row = try transaction.row(query) else { return }
            let session = try Session(row)
            try transaction.endSession(id, because: why, in: self)
            try transaction.record(
                action: "session.ended",
                subject: transaction.name(of: session.holder, in: organisation),
                old: session.summary,
                new: why,
                by: actor,
                in: self
            )
        }
    }

    /// Ends the holder's live sessions but one; how many there were.
    @discardableResult
    public func endSessions(
        of holder: Session.Holder,
        except kept: Session.ID? = nil,
        because why: String,
        by actor: Actor
    ) async throws(StoreError) -> Int {
        try await write { (transaction) throws(StoreError) in
            let ended = try transaction.endSessions(of: holder, except: kept, because: why, in: self)
            guard ended > 0 else { return 0 }
            try transaction.record(
                action: "session.ended",
                subject: transaction.name(of: holder, in: organisation),
                old: ended == 1 ? "1 session" : "\(ended) sessions",
                new: why,
                by: actor,
                in: self
            )
            return ended
        }
    }

    private func touch(_ id: Session.ID) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) -> Void in
            try transaction.run(
                """
                UPDATE session SET last_seen_at = \(time)
                WHERE organisation_id = \(organisation.id) AND session_id = \(id) AND ended_at IS NULL
                    AND last_seen_at < \(time)
                """
            )
        }
    }

    private func idTokenPlace(of session: Session.ID) -> SealedPlace {
        SealedPlace(table: "session", column: "id_token", organisation: organisation.id, row: session.rawValue)
    }
}

extension Session {
    /// Why the session is over at that time; nil while it is not.
    func limitReached(at time: Date) -> String? {
        if time >= expiresAt { return "It had lasted as long as a session may." }
        if time.timeIntervalSince(lastSeenAt) >= Double(kind.idleLimit) { return "It was idle for too long." }
        return nil
    }

    /// As events name it.
    fileprivate var summary: String {
        ([kind.rawValue] + [address.map { "from \($0)" }, userAgent].compactMap(\.self)).joined(separator: ", ")
    }
}

extension Transaction {
    /// The session that has not ended, with why it has to end now; nil there while it holds.
    fileprivate func session(tokenHash: String, in store: Store) throws(StoreError) -> (Session, String?)? {
        let query: SQL = """
            SELECT \(Session.columns),
                CASE WHEN session.okta_user_id IS NULL THEN TRUE ELSE \(Standing.active.condition) END AS is_active
            FROM session
            LEFT JOIN users ON users.organisation_id = session.organisation_id
                AND users.okta_user_id = session.okta_user_id
            WHERE session.organisation_id = \(store.organisation.id) AND token_hash = \(tokenHash)
                AND ended_at IS NULL
            """
        guard let row = try row(query) else { return nil }
        let session = try Session(row)
        if let reached = session.limitReached(at: store.time) { return (session, reached) }
        if try !row.bool("is_active") { return (session, "The user has no access any more.") }
        if let linked = session.throughOktaUser, let refusal = try refusal(ofLinkedUser: linked, in: store) {
            return (session, refusal.sentence)
        }
        return (session, nil)
    }

    fileprivate func insert(
        _ session: Session,
        tokenHash: String,
        idToken: String?,
        in store: Store
    ) throws(StoreError) {
        let (administrator, user): (Administrator.ID?, User.ID?) =
            switch session.holder {
            case .administrator(let id): (id, nil)
            case .user(let id): (nil, id)
            }
        try run(
            """
            INSERT INTO session (organisation_id, session_id, token_hash, kind, administrator_id, okta_user_id,
                through_okta_user_id, user_agent, address, id_token, created_at, last_seen_at, expires_at)
            VALUES (\(store.organisation.id), \(session.id), \(tokenHash), \(session.kind), \(administrator), \(user),
                \(session.throughOktaUser), \(session.userAgent ?? ""), \(session.address ?? ""), \(idToken),
                \(session.createdAt), \(session.lastSeenAt), \(session.expiresAt))
            """
        )
    }

    /// The e-mail or login of a holder, for an event.
    fileprivate func name(of holder: Session.Holder, in organisation: Organisation) throws(StoreError) -> String {
        switch holder {
        case .administrator(let id): try administrator(id, in: organisation).email
        case .user(let id): try user(id, in: organisation).login
        }
    }
}
