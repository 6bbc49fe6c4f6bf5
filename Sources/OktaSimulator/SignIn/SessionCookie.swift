import Foundation
import HTTPTypes
import Hummingbird

/// The cookie `sid`, which holds a session's token.
enum SessionCookie {
    static let name = "sid"
}

extension Request {
    /// The session whose cookie came, with its person; nil where there is none that still holds.
    func session(in org: Org) -> (session: Org.Session, person: Org.Person)? {
        cookies[SessionCookie.name].flatMap { org.session($0.value) }
    }

    /// Whether a form came from a page of this org, as far as the browser says. Guards the forms of people who are not
    /// signed in yet, which have no session to take a token from.
    func isSameOrigin(as org: Org) -> Bool {
        if let site = headers[.secFetchSite] { return ["same-origin", "none"].contains(site) }
        guard let origin = headers[.origin] else { return true }
        return origin == org.origin || URL(string: origin)?.authority == head.authority
    }
}

extension Response {
    /// - Parameter isKept: whether the cookie outlives the browser's window; the session itself lasts no longer for it.
    mutating func remember(_ session: Org.Session, in org: Org, isKept: Bool) {
        setCookie(
            Cookie(
                name: SessionCookie.name,
                value: session.token,
                maxAge: isKept ? Int(session.expires.timeIntervalSince(org.now())) : nil,
                path: "/",
                secure: org.origin.hasPrefix("https:"),
                httpOnly: true,
                sameSite: .lax
            )
        )
    }

    mutating func forgetSession() {
        setCookie(Cookie(name: SessionCookie.name, value: "", maxAge: 0, path: "/", httpOnly: true, sameSite: .lax))
    }
}

extension URL {
    /// The host, and the port where one is given.
    fileprivate var authority: String? {
        guard let host = host() else { return nil }
        return port.map { "\(host):\($0)" } ?? host
    }
}

extension HTTPField.Name {
    // A name in letters and hyphens is always well formed.
    // swift-format-ignore: NeverForceUnwrap
    fileprivate static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
