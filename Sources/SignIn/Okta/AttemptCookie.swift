import HTTPTypes
import Hummingbird
import OIDC
import Storage

/// Binds one try to sign in through Okta to the browser that began it.
///
/// Each try has a cookie of its own, named by the beginning of its state, so that tabs do not disturb each other. The
/// value ends with the fingerprint of the app integration for which the try is.
struct AttemptCookie: Sendable {
    /// Tries that one browser may have open; a sixth ends the others, whose cookies would fill the header.
    static let limit = 5
    private static let prefix = "timus-try-"

    let name: String
    let value: String

    /// The cookie for a new try.
    init(state: String, random: String, party: RelyingParty) {
        name = Self.prefix + state.prefix(8)
        value = random + "." + party.fingerprint
    }

    /// The cookie that the browser sent back for that state; nil where it is another browser.
    init?(state: String, sent request: Request, settings: WebSettings) {
        name = Self.prefix + state.prefix(8)
        guard Self.isToken(name),
            let value = request.cookies[settings.cookieName(name)]?.value, !value.isEmpty
        else { return nil }
        self.value = value
    }

    func isFor(_ party: RelyingParty) -> Bool {
        value.hasSuffix("." + party.fingerprint)
    }

    /// The names of all tries whose cookies the browser sent.
    static func names(sent request: Request, settings: WebSettings) -> [String] {
        let prefix = settings.cookieName(prefix)
        return request.headers[values: .cookie]
            .flatMap { $0.split(separator: ";") }
            .compactMap { $0.drop { $0 == " " }.split(separator: "=").first }
            .filter { $0.hasPrefix(prefix) && isToken(String($0)) }
            .map { Self.prefix + $0.dropFirst(prefix.count) }
    }

    /// Whether a cookie of that name can be answered: the name came from the browser.
    private static func isToken(_ name: String) -> Bool {
        name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}

extension Response {
    /// Sets the cookie of a new try, and ends the others where they are too many.
    mutating func begin(_ attempt: AttemptCookie, request: Request, settings: WebSettings) {
        let others = AttemptCookie.names(sent: request, settings: settings)
        if others.count >= AttemptCookie.limit {
            for name in others where name != attempt.name { end(name, settings: settings) }
        }
        setCookie(attemptCookie(attempt.name, attempt.value, SignInAttempt.lifetime, settings))
    }

    mutating func end(_ name: String, settings: WebSettings) {
        setCookie(attemptCookie(name, "", 0, settings))
    }

    private func attemptCookie(_ name: String, _ value: String, _ maxAge: Int, _ settings: WebSettings) -> Cookie {
        Cookie(
            name: settings.cookieName(name),
            value: value,
            maxAge: maxAge,
            path: "/",
            secure: settings.isSecure,
            httpOnly: true,
            sameSite: .lax
        )
    }
}
