import Foundation
import HTTPTypes
import Hummingbird
import OIDC
import Storage

/// Binds one try to sign in through Okta to the browser that began it.
///
/// Each try has a cookie of its own, named by the beginning of its state, so that tabs do not disturb each other. The
/// value is made of something random, the time at which the try began, in milliseconds since 1970, and the fingerprint of
/// the app integration for which it is.
struct AttemptCookie: Sendable {
    /// Tries that one browser may have open; a sixth ends the oldest. The cookies of all would fill the header.
    static let limit = 5
    private static let prefix = "timus-try-"

    let name: String
    let value: String

    /// The cookie for a new try.
    init(state: String, random: String, party: RelyingParty, at time: Date) {
        name = Self.prefix + state.prefix(8)
        value = "\(random).\(Int64(time.timeIntervalSince1970 * 1000)).\(party.fingerprint)"
    }

    /// The cookie that the browser sent back for that state; nil where it is another browser, or one that was made to send
    /// it twice.
    init?(state: String, sent request: Request, settings: WebSettings) {
        let name = Self.prefix + state.prefix(8)
        let sent = Self.all(sent: request, settings: settings).filter { $0.name == name }
        guard sent.count == 1, !sent[0].value.isEmpty else { return nil }
        self = sent[0]
    }

    private init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    func isFor(_ party: RelyingParty) -> Bool {
        value.hasSuffix("." + party.fingerprint)
    }

    /// When the try began, as the browser says; the distant past where it says something else.
    private var beganAt: Int64 {
        let parts = value.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 ? Int64(parts[1]) ?? 0 : 0
    }

    /// The names of the tries that have to end so that one more is not too many, the oldest first.
    static func toMakeRoom(for new: AttemptCookie, sent request: Request, settings: WebSettings) -> [String] {
        var newest: [String: Int64] = [:]
        for sent in all(sent: request, settings: settings) where sent.name != new.name {
            newest[sent.name] = max(newest[sent.name] ?? 0, sent.beganAt)
        }
        let oldestFirst = newest.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
        return Array(oldestFirst.dropLast(limit - 1))
    }

    private static func all(sent request: Request, settings: WebSettings) -> [AttemptCookie] {
        let start = settings.cookieName(prefix)
        return CookieHeader(request.headers[values: .cookie]).pairs
            .filter { $0.name.hasPrefix(start) && isToken($0.name) }
            .map { AttemptCookie(name: prefix + $0.name.dropFirst(start.count), value: String($0.value)) }
    }

    /// Whether a cookie of that name can be answered: the name came from the browser.
    private static func isToken(_ name: some StringProtocol) -> Bool {
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
    /// Sets the cookie of a new try, and ends the oldest where there are too many.
    mutating func begin(_ attempt: AttemptCookie, request: Request, settings: WebSettings) {
        for name in AttemptCookie.toMakeRoom(for: attempt, sent: request, settings: settings) {
            end(name, settings: settings)
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
