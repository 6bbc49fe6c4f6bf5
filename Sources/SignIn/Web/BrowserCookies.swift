import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Storage

/// The cookies of one request: the token of the console's session, and what it seals.
struct BrowserCookies: Sendable {
    let settings: WebSettings
    let console: Console
    /// nil where the browser has no session, or sent more than one, as another host of the domain could make it do.
    let token: String?
    /// What the browser was given when an administrator last signed in there; nil where it has nothing.
    let knownBrowser: String?
    private let sent: Cookies

    private static let knownBrowserName = "timus-known"

    init(_ request: Request, settings: WebSettings, console: Console? = nil) {
        let console = console ?? Console(path: request.uri.path)
        let name = settings.cookieName(console.rawValue)
        self.settings = settings
        self.console = console
        self.sent = request.cookies
        let cookies = CookieHeader(request.headers[values: .cookie])
        token = cookies.once(name)
        knownBrowser = cookies.once(settings.cookieName(Self.knownBrowserName))
    }

    private init(_ cookies: BrowserCookies, token: String) {
        settings = cookies.settings
        console = cookies.console
        sent = cookies.sent
        knownBrowser = cookies.knownBrowser
        self.token = token
    }

    /// The same cookies under a new token.
    func with(token: String) -> BrowserCookies {
        BrowserCookies(self, token: token)
    }

    /// HMAC of what the token is used for: the token itself is never in a page.
    var csrfToken: String {
        seal("csrf")
    }

    func sessionCookie(_ token: String) -> Cookie {
        cookie(console.rawValue, token, maxAge: nil)
    }

    func cookie(for flash: Flash) -> Cookie? {
        guard token != nil else { return nil }
        let words = Data("\(flash.kind.rawValue) \(flash.sentence)".utf8).base64URLEncoded
        return cookie(flashName, words + "." + seal("flash." + words), maxAge: 60)
    }

    var flash: Flash? {
        guard token != nil, let value = sent[settings.cookieName(flashName)]?.value else { return nil }
        let parts = value.split(separator: ".").map(String.init)
        guard parts.count == 2, Self.areEqual(parts[1], seal("flash." + parts[0])),
            let words = Data(base64URLEncoded: parts[0]).flatMap({ String(data: $0, encoding: .utf8) }),
            let space = words.firstIndex(of: " "), let kind = Flash.Kind(rawValue: String(words[..<space]))
        else { return nil }
        return Flash(String(words[words.index(after: space)...]), kind: kind)
    }

    private var flashName: String { console.rawValue + "-flash" }

    var endOfFlash: Cookie { cookie(flashName, "", maxAge: 0) }

    var endOfSession: Cookie { cookie(console.rawValue, "", maxAge: 0) }

    /// For a year: what tells this browser from those in which strangers guess passwords.
    func knownBrowserCookie(_ token: String) -> Cookie {
        cookie(Self.knownBrowserName, token, maxAge: 365 * 86400)
    }

    /// - Parameter maxAge: seconds; nil where the cookie ends with the browser.
    func cookie(_ name: String, _ value: String, maxAge: Int?) -> Cookie {
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

    /// Compares without telling by its time where the two differ.
    static func areEqual(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func seal(_ words: String) -> String {
        let key = SymmetricKey(data: Data((token ?? "").utf8))
        return Data(HMAC<SHA256>.authenticationCode(for: Data(words.utf8), using: key)).base64URLEncoded
    }
}
