import Access
public import Directory
public import Foundation

extension Store {
    /// Opens a session and gives its token, which is shown this once: only its SHA-256 is kept.
    ///
    /// Throws ``StoreError/denied(_:)`` for a user who is not active, and for an administrator whose linked user is
    /// banned or has a status that keeps no access.
    ///
    /// - Parameters:
    ///   - linked: For an administrator who came in through Okta, the user as whom.
    ///   - grant: For Connect, what was exchanged. An authorization code that is shown again ends this session.
    ///   - idToken: The ID token of the sign-in at Okta, kept sealed for the sign-out there.
    ///   - authenticated: When the person showed who they are; nil for now.
    public func openSession(
        _ holder: Session.Holder,
        kind: Session.Kind,
        userAgent: String?,
        address: String?,
        authenticatedAt authenticated: Date? = nil,
        throughOktaUser linked: User.ID? = nil,
        exchangedFor grant: ConnectGrant? = nil,
        idToken: String? = nil
    ) async throws(StoreError) -> (session: Session, token: Secret) {
        try await openSession(
            holder,
            kind: kind,
            userAgent: userAgent,
            address: address,
            authenticatedAt: authenticated,
            throughOktaUser: linked,
            exchangedFor: grant,
            idToken: idToken,
            refreshToken: nil
        )
    }

    /// - Parameter refresh: For Connect, what renews the token; nil where nothing does.
    func openSession(
        _ holder: Session.Holder,
        kind: Session.Kind,
        userAgent: String?,
        address: String?,
        authenticatedAt authenticated: Date? = nil,
        throughOktaUser linked: User.ID? = nil,
        exchangedFor grant: ConnectGrant? = nil,
        idToken: String? = nil,
        refreshToken refresh: RefreshToken?
    ) async throws(StoreError) -> (session: Session, token: Secret) {
        let token = Token.new()
        let opened = time
        let session = Session(
            id: .random(),
            holder: holder,
            kind: kind,
            createdAt: opened,
            authenticatedAt: min(opened, authenticated ?? opened),
            lastSeenAt: opened,
            expiresAt: opened.addingTimeInterval(Double(kind.absoluteLimit)),
            userAgent: userAgent,
            address: address,
            throughOktaUser: linked,
            tokenExpiresAt: kind == .connect
                ? opened.addingTimeInterval(Double(ConnectTokens.accessLifetime)) : nil,
            isTokenUsed: false
        )
        let sealed = try idToken.map { (text) throws(StoreError) in
            try vault.seal(Secret(text), for: idTokenPlace(of: session.id))
        }
        try await write { (transaction) throws(StoreError) in
            let actor = try transaction.requireMaySignIn(holder, throughOktaUser: linked, in: self)
            switch grant {
            case .authorizationCode(let code): try transaction.bind(code, to: session.id, in: self)
            case .deviceCode(let code): try transaction.take(code, approvedBy: holder, in: self)
            case nil: break
            }
            try transaction.insert(session, tokenHash: Token.digest(token.value), idToken: sealed, in: self)
            if let refresh { try transaction.keep(refresh, of: session, in: self) }
            try transaction.record(
                action: Event.signedIn,
                subject: actor.description,
                new: session.kind.rawValue,
                from: Origin(address: session.address, device: session.userAgent),
                at: .session,
                by: actor,
                in: self
            )
        }
        return (session, token)
    }

    /// The live session with this token; nil where there is none.
    public func session(token: String) async throws(StoreError) -> Session? {
        try await signedIn(token: token)?.session
    }

    /// The live session with this token, and the user whose it is, nil for an administrator's. Connect's token ends before
    /// its session does; that it was used is kept.
    ///
    /// A session found past its limits, or whose holder may not be here any more, is ended on the way. Asked for on
    /// every request: a banned or suspended user is refused on the next one.
    ///
    /// - Parameter isUse: false where a program asks by itself, which keeps no session from running out.
    public func signedIn(
        token: String,
        isUse: Bool = true
    ) async throws(StoreError) -> (session: Session, user: User?)? {
        guard token.utf8.count == 43 else { return nil }
        let hash = Token.digest(token)
        guard let row = try await database.row(sessionQuery(tokenHash: hash)) else { return nil }
        let found = try FoundSession(row, at: time)
        let session = found.session
        var problem = found.problem
        if problem == nil, session.throughOktaUser != nil {
            problem = try await read { (transaction) throws(StoreError) in
                try transaction.problemOfLinkedUser(of: session, in: self)
            }
        }
        if problem != nil {
            // Read anew: in between it may have been used, or ended.
            try await write { (transaction) throws(StoreError) -> Void in
                guard
                    case (let session, let problem?)? = try transaction.session(where: "token_hash = \(hash)", in: self)
                else { return }
                try transaction.end(session, because: problem, in: self)
            }
            return nil
        }
        if let end = session.tokenExpiresAt, end <= time { return nil }
        if session.kind == .connect, !session.isTokenUsed, try await !useToken(hash, of: session.id) { return nil }
        if isUse, time.timeIntervalSince(session.lastSeenAt) >= 60 { try await touch(session.id) }
        return (session, found.user)
    }

    /// The same, found by its token before anything else: until PostgreSQL has analysed the table, a minute after it grew, it
    /// takes an index of an organisation's open sessions for as good, and reads all of them. `LIMIT` keeps it from that.
    func sessionQuery(tokenHash: String) -> SQL {
        sessionQuery(from: "(SELECT * FROM session WHERE token_hash = \(tokenHash) LIMIT 1) AS session", where: "TRUE")
    }

    /// The session that has not ended, with its user and whether they are active, for ``FoundSession``.
    func sessionQuery(from sessions: SQL = "session", where condition: SQL) -> SQL {
        """
        SELECT \(Session.columns), users.okta_user_id, status, login, email, first_name, last_name,
            CASE WHEN session.okta_user_id IS NULL THEN TRUE ELSE \(Standing.active.condition) END AS is_active
        FROM \(sessions)
        LEFT JOIN users ON users.organisation_id = session.organisation_id
            AND users.okta_user_id = session.okta_user_id
        WHERE session.organisation_id = \(organisation.id) AND \(condition) AND ended_at IS NULL
        """
    }

    /// Gives the session a new token and notes that its holder has just shown who they are. The old token is worth nothing
    /// from now on.
    ///
    /// Throws ``StoreError/notFound(_:)`` where the session has ended.
    public func renewSession(_ id: Session.ID) async throws(StoreError) -> Secret {
        let token = Token.new()
        try await write { (transaction) throws(StoreError) in
            let renewed = try transaction.run(
                """
                UPDATE session SET token_hash = \(Token.digest(token.value)), authenticated_at = \(time)
                WHERE organisation_id = \(organisation.id) AND session_id = \(id) AND ended_at IS NULL
                """
            )
            guard renewed == 1 else { throw .notFound("The session has ended.") }
        }
        return token
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
    ///
    /// - Parameter actor: nil for the holder.
    public func endSession(
        _ id: Session.ID,
        because why: String,
        by actor: Actor? = nil
    ) async throws(StoreError) {
        let query: SQL = """
            SELECT \(Session.columns) FROM session
            WHERE organisation_id = \(organisation.id) AND session_id = \(id) AND ended_at IS NULL
            """
        try await write { (transaction) throws(StoreError) in
            guard let session = try transaction.row(query).map(Session.init) else { return }
            let actor = if let actor { actor } else { try transaction.actor(session.holder, in: organisation) }
            try transaction.end(session, because: why, by: actor, in: self)
        }
    }

    /// Signs a user out everywhere: ends their sessions but one, in Manager too where they were opened as this user of Okta,
    /// their connections, and the codes by which Connect could still get a session.
    ///
    /// - Parameter kept: The session in which the user asks for it; nil where somebody else does.
    @discardableResult
    public func endEverything(
        of id: User.ID,
        except kept: Session.ID? = nil,
        because why: String,
        by actor: Actor
    ) async throws(StoreError) -> Ended {
        try await write { (transaction) throws(StoreError) in
            let ended = try transaction.endEverything(of: id, except: kept, because: why, in: self)
            guard !ended.isNothing else { return ended }
            try transaction.record(
                action: "session.ended",
                subject: transaction.user(id, in: organisation).login,
                old: ended.description,
                new: why,
                by: actor,
                in: self
            )
            return ended
        }
    }

    /// Keeps that the access token was used; false where it was replaced in between, and is worth nothing any more.
    private func useToken(_ hash: String, of id: Session.ID) async throws(StoreError) -> Bool {
        try await write { (transaction) throws(StoreError) in
            try transaction.run(
                """
                UPDATE session SET token_used_at = \(time)
                WHERE organisation_id = \(organisation.id) AND session_id = \(id) AND token_hash = \(hash)
                    AND ended_at IS NULL
                """
            ) == 1
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

/// What ``Store/sessionQuery(where:)`` gives.
struct FoundSession {
    let session: Session
    /// nil for an administrator's.
    let user: User?
    /// Why it has to end now, as far as one row tells: see ``Transaction/problemOfLinkedUser(of:in:)``. nil while it holds.
    let problem: String?

    init(_ row: Row, at time: Date) throws(StoreError) {
        session = try Session(row)
        user = try row.optionalText("okta_user_id") == nil ? nil : User(row)
        let isActive = try row.bool("is_active")
        problem = session.limitReached(at: time) ?? (isActive ? nil : "The user has no access any more.")
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
    var summary: String {
        ([kind.rawValue] + [address.map { "from \($0)" }, userAgent].compactMap(\.self)).joined(separator: ", ")
    }
}

extension Transaction {
    /// The session that has not ended, with why it has to end now; nil there while it holds.
    func session(where condition: SQL, in store: Store) throws(StoreError) -> (Session, String?)? {
        guard let row = try row(store.sessionQuery(where: condition)) else { return nil }
        let found = try FoundSession(row, at: store.time)
        if let problem = found.problem { return (found.session, problem) }
        return (found.session, try problemOfLinkedUser(of: found.session, in: store))
    }

    /// Why an administrator's session that was opened through Okta has to end now; nil while it holds, and for others.
    func problemOfLinkedUser(of session: Session, in store: Store) throws(StoreError) -> String? {
        guard let linked = session.throughOktaUser else { return nil }
        if let refusal = try refusal(ofLinkedUser: linked, in: store) { return refusal.sentence }
        guard case .administrator(let id) = session.holder else { return nil }
        let isAdministrator = try !administrators(where: "administrator_id = \(id)", in: store.organisation).isEmpty
        return isAdministrator ? nil : AdministratorGroup.lost
    }

    /// Ends a session with an event of its own.
    func end(
        _ session: Session,
        because why: String,
        action: String = "session.ended",
        by actor: Actor = .system,
        in store: Store
    ) throws(StoreError) {
        try endSessions(where: "session_id = \(session.id)", because: why, in: store)
        try record(
            action: action,
            subject: name(of: session.holder, in: store.organisation),
            old: session.summary,
            new: why,
            by: actor,
            in: store
        )
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
                through_okta_user_id, user_agent, address, id_token, created_at, authenticated_at, last_seen_at,
                expires_at, token_expires_at)
            VALUES (\(store.organisation.id), \(session.id), \(tokenHash), \(session.kind), \(administrator), \(user),
                \(session.throughOktaUser), \(session.userAgent ?? ""), \(session.address ?? ""), \(idToken),
                \(session.createdAt), \(session.authenticatedAt), \(session.lastSeenAt), \(session.expiresAt),
                \(session.tokenExpiresAt))
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
