import HTTPTypes
public import Hummingbird
public import Storage
import WebUI

public import struct Directory.User

extension WebContext {
    /// The administrator who asks, if their role is at least `role`.
    ///
    /// - Throws: a redirect to the sign-in page that comes back here where nobody is signed in, or a user is who is
    ///   no administrator; a 403 page where the role does not suffice.
    public func requireAdministrator(
        _ request: Request,
        atLeast role: Administrator.Role = .viewer
    ) throws -> Administrator {
        guard let administrator = session?.administrator else { throw signIn(backTo: request) }
        guard administrator.role >= role else { throw HTTPError(.forbidden) }
        return administrator
    }

    /// The user who asks.
    ///
    /// - Throws: a redirect to the sign-in page that comes back here.
    public func requireUser(_ request: Request) throws -> User {
        guard let user = session?.user else { throw signIn(backTo: request) }
        return user
    }

    private func signIn(backTo request: Request) -> Interruption {
        let next = request.method == .get ? NextPath(request.uri.string) : nil
        return Interruption(.seeOther(Path("/sign-in").query("next", next?.path.text)))
    }
}
