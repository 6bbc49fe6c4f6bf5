public import Directory
import Foundation

extension Store {
    /// Opens a session for Connect, as ``openSession(_:kind:userAgent:address:throughOktaUser:exchangedFor:idToken:)`` does,
    /// with a refresh token.
    public func openConnectSession(
        for user: User.ID,
        userAgent: String?,
        address: String?,
        exchangedFor grant: ConnectGrant? = nil
    ) async throws(StoreError) -> (session: Session, tokens: ConnectTokens) {
        let refresh = RefreshToken.new()
        let (session, access) = try await openSession(
            .user(user),
            kind: .connect,
            userAgent: userAgent,
            address: address,
            exchangedFor: grant,
            refreshToken: refresh
        )
        let tokens = ConnectTokens(
            access: access,
            accessExpiresAt: session.accessEnd(from: session.createdAt),
            refresh: refresh.text
        )
        return (session, tokens)
    }

    /// Gives a new access token and a new refresh token for a refresh token, which is superseded by that.
    ///
    /// A superseded one ends the session (``RefreshToken`` says when it does not). So does one that comes too late, or
    /// whose user may not be here any more.
    public func renewSession(refreshToken shown: String) async throws(StoreError) -> Renewal {
        guard let token = RefreshToken(shown) else { return .refused(Self.unknownToken) }
        let (access, next) = (Token.new(), token.next())
        return try await write { (transaction) throws(StoreError) in
            guard let family = try transaction.family(of: token, in: self) else { return .refused(Self.unknownToken) }
            if let why = try family.row.optionalText("ended_because") { return .refused(why) }
            guard let (session, problem) = try transaction.session(where: "session_id = \(family.session)", in: self)
            else { return .refused(Self.unknownToken) }
            if let problem {
                try transaction.end(session, because: problem, in: self)
                return .refused(problem)
            }
            guard try family.takes(token) else {
                try transaction.end(session, because: Self.usedAgain, action: "refresh-token.used-again", in: self)
                return .refused(Self.usedAgain)
            }
            let expires = session.accessEnd(from: time)
            try transaction.renew(session.id, access: access, expires: expires, of: token, by: next, in: self)
            return .renewed(
                session,
                ConnectTokens(access: access, accessExpiresAt: expires, refresh: next.text)
            )
        }
    }

    /// Ends the session that an access token or a refresh token belongs to, a superseded one too; does nothing where there
    /// is none (RFC 7009 §2).
    public func endConnectSession(token shown: String, because why: String) async throws(StoreError) {
        let ofAccess: SQL = "token_hash = \(Token.digest(shown))"
        let refresh = RefreshToken(shown)
        try await write { (transaction) throws(StoreError) in
            var condition = ofAccess
            if let refresh {
                guard let family = try transaction.family(of: refresh, in: self) else { return }
                condition = "session_id = \(family.session)"
            }
            guard let (session, _) = try transaction.session(where: condition, in: self), session.kind == .connect
            else { return }
            try transaction.end(
                session,
                because: why,
                by: transaction.actor(session.holder, in: organisation),
                in: self
            )
        }
    }

    private static let unknownToken = "The refresh token is unknown."
    private static let usedAgain = "A refresh token was used twice, so the session was ended."
}

extension Session {
    /// When an access token that is given now ends: with its session at the latest.
    func accessEnd(from now: Date) -> Date {
        min(now.addingTimeInterval(Double(ConnectTokens.accessLifetime)), expiresAt)
    }
}

/// What is kept of the refresh tokens of one session.
private struct Family {
    let session: Session.ID
    let row: Row

    init(_ row: Row) throws(StoreError) {
        session = try row.id("session_id")
        self.row = row
    }

    /// Whether the token renews: it is the current one, or the one before while nobody has used what followed it.
    func takes(_ token: RefreshToken) throws(StoreError) -> Bool {
        if try row.text("current_hash") == token.hash { return true }
        guard try row.optionalText("previous_hash") == token.hash else { return false }
        return try row.optionalDate("token_used_at") == nil
    }
}

extension Transaction {
    fileprivate func family(of token: RefreshToken, in store: Store) throws(StoreError) -> Family? {
        let query: SQL = """
            SELECT refresh_token.session_id, current_hash, previous_hash, token_used_at, ended_because
            FROM refresh_token
            JOIN session ON session.organisation_id = refresh_token.organisation_id
                AND session.session_id = refresh_token.session_id
            WHERE refresh_token.organisation_id = \(store.organisation.id) AND family_hash = \(token.familyHash)
            """
        return try row(query).map { (row) throws(StoreError) in try Family(row) }
    }

    /// Keeps the first refresh token of a session.
    func keep(_ token: RefreshToken, of session: Session, in store: Store) throws(StoreError) {
        try run(
            """
            INSERT INTO refresh_token (organisation_id, family_hash, session_id, current_hash, renewed_at)
            VALUES (\(store.organisation.id), \(token.familyHash), \(session.id), \(token.hash), \(session.createdAt))
            """
        )
    }

    fileprivate func renew(
        _ session: Session.ID,
        access: Secret,
        expires: Date,
        of shown: RefreshToken,
        by next: RefreshToken,
        in store: Store
    ) throws(StoreError) {
        let condition: SQL = "organisation_id = \(store.organisation.id) AND session_id = \(session)"
        try run(
            """
            UPDATE session SET token_hash = \(Token.digest(access.value)), token_expires_at = \(expires),
                token_used_at = NULL, last_seen_at = \(store.time)
            WHERE \(condition)
            """
        )
        try run(
            """
            UPDATE refresh_token SET current_hash = \(next.hash), previous_hash = \(shown.hash), renewed_at = \(store.time)
            WHERE \(condition)
            """
        )
    }
}
