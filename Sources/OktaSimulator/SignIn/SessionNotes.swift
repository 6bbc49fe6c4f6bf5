import Synchronization

/// What one page leaves for the next page of the same session, to be read once.
final class SessionNotes: Sendable {
    private let notices = Mutex<[String: String]>([:])
    /// Values of new API tokens by the session's token, until they are shown.
    private let newTokens = Mutex<[String: (id: Org.APIToken.ID, value: String)]>([:])

    func leave(_ notice: String, for session: Org.Session) {
        notices.withLock { $0[session.token] = notice }
    }

    func takeNotice(of session: Org.Session) -> String? {
        notices.withLock { $0.removeValue(forKey: session.token) }
    }

    func leaveToken(_ id: Org.APIToken.ID, value: String, for session: Org.Session) {
        newTokens.withLock { $0[session.token] = (id, value) }
    }

    /// nil where the value was shown before, or where the token is another session's.
    func takeToken(_ id: Org.APIToken.ID, of session: Org.Session) -> String? {
        newTokens.withLock { tokens in
            guard let new = tokens[session.token], new.id == id else { return nil }
            tokens[session.token] = nil
            return new.value
        }
    }
}
