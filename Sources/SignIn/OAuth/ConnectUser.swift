public import Directory
import HTTPTypes
public import Hummingbird
public import Storage

/// The user whose Connect sends this request, by its bearer token (RFC 6750 §2.1), and the session behind it.
///
/// - Throws: ``Problem`` 401 where there is no token, or its session has ended: signed out, run out, or because the
///   user no longer is active.
public func connectUser(_ request: Request, _ store: Store) async throws -> (user: User, session: Session) {
    guard let token = request.bearerToken, let (session, user) = try await store.signedIn(token: token),
        session.kind == .connect, let user
    else {
        throw Problem(.unauthorized, "Timus Connect is not signed in.", detail: "Sign in again.")
    }
    return (user, session)
}

extension Request {
    fileprivate var bearerToken: String? {
        guard let value = headers[.authorization], value.lowercased().hasPrefix("bearer ") else { return nil }
        return String(value.dropFirst("bearer ".count))
    }
}
