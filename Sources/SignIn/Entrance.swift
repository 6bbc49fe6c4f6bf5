import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import OIDC
import Storage
import WebUI

/// What the pages of sign-in share.
struct Entrance: Sendable {
    let store: Store
    let settings: WebSettings
    let okta: OktaProvider
    /// As many random bytes as asked for.
    let random: @Sendable (Int) -> [UInt8]

    func token() -> String {
        Data(random(32)).base64URLEncoded
    }

    /// Records that somebody was refused. Where that cannot be written, the log has it: they are refused all the same.
    func refused(
        _ subject: String? = nil,
        at step: SignInStep,
        because reason: String,
        request: Request,
        context: WebContext
    ) async {
        let refusal = SignInRefusal(at: step, because: reason, of: subject, from: context.origin(of: request))
        do throws(StoreError) {
            try await store.recordRefusal(refusal)
        } catch {
            context.logger.error(
                "A refused sign-in could not be recorded.",
                metadata: ["reason": "\(reason)", "cause": "\(String(reflecting: error))"]
            )
        }
    }

    /// Opens a session with a new token, ends the one that the browser had in the same console, and goes on.
    ///
    /// Throws ``StoreError/denied(_:)`` or ``StoreError/notFound(_:)`` for a user who may not sign in.
    func open(
        _ holder: Session.Holder,
        through token: IDToken? = nil,
        request: Request,
        context: WebContext,
        going path: Path
    ) async throws(StoreError) -> Response {
        let (console, kind): (Console, Session.Kind) =
            switch holder {
            case .administrator: (.manager, .manager)
            case .user: (.account, .account)
            }
        let cookies = BrowserCookies(request, settings: settings, console: console)
        let (_, secret) = try await store.openSession(
            holder,
            kind: kind,
            userAgent: request.headers[.userAgent],
            address: context.address,
            // Okta may have let in whoever sits at a browser that was left open: it says when it last asked. Where it does not
            // say, nobody has shown anything.
            authenticatedAt: token.map { $0.claims.authenticatedAt ?? Date(timeIntervalSince1970: 0) },
            throughOktaUser: kind == .manager ? token.map { User.ID($0.claims.subject) } : nil,
            idToken: token?.text
        )
        // After it: whoever is refused keeps what they had.
        if let old = cookies.token, let session = try await store.session(token: old) {
            try await store.endSession(session.id, because: "Signed in again.")
        }
        var response = Response.seeOther(path)
        response.setCookie(cookies.sessionCookie(secret.value))
        if case .administrator(let id) = holder {
            let known = try await store.rememberBrowser(of: id, instead: cookies.knownBrowser)
            response.setCookie(cookies.knownBrowserCookie(known.value))
        }
        return response
    }
}
