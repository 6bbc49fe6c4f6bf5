public import Hummingbird
public import Storage
public import WebUI

public import struct Foundation.Date

extension SignedIn {
    /// Seconds for which who signed in counts as the one who is there.
    static let recently = 300

    /// Whether the person has shown who they are within the last five minutes.
    public func isRecent(at time: Date) -> Bool {
        time.timeIntervalSince(session.authenticatedAt) <= Double(Self.recently)
    }
}

extension WebContext {
    /// Asks for the password, the code or Okta again before something that a browser left open must not do: who changes
    /// administrators, or approves what a synchronization takes away.
    ///
    /// - Parameter path: Where it goes on afterwards: a page, as what was posted is not kept.
    /// - Throws: a redirect to the page that asks, unless it was answered within the last five minutes.
    public func requireRecent(at time: Date, backTo path: Path) throws {
        guard let session, !session.isRecent(at: time) else { return }
        throw Interruption(.seeOther(Path("/administrators/me/confirm").query("next", path.text)))
    }

    /// From where this request comes, for the counting of wrong passwords and codes.
    public var signInSource: SignInSource {
        SignInSource(address: address, knownBrowser: cookies?.knownBrowser)
    }

    /// Goes on with a session that has a new token: who asks has just shown who they are, or signs in with more than
    /// before.
    public func seeOther(_ path: Path, renewed token: Secret, flash: Flash) -> Response {
        var response = renewed(.seeOther(path), token: token)
        if let cookie = cookies?.with(token: token.value).cookie(for: flash) { response.setCookie(cookie) }
        return response
    }

    /// The answer, and with it the session's new token.
    public func renewed(_ answer: Response, token: Secret) -> Response {
        var answer = answer
        if let cookies { answer.setCookie(cookies.sessionCookie(token.value)) }
        return answer
    }

    /// What the hidden field `csrf` holds under a new token.
    public func csrfToken(renewed token: Secret) -> String {
        cookies?.with(token: token.value).csrfToken ?? ""
    }

    /// The path that came in as `next`; nil for one that could lead elsewhere.
    public static func nextPath(_ text: String) -> Path? {
        NextPath(text)?.path
    }
}
