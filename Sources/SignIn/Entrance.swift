import Directory
import Foundation
import HTTPTypes
import Hummingbird
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

    /// Opens a session with a new token, ends the one that the browser had in the same console, and goes on.
    func open(
        _ holder: Session.Holder,
        through token: IDToken? = nil,
        request: Request,
        context: WebContext,
        going path: Path
    ) async throws -> Response {
        let (console, kind): (Console, Session.Kind) =
            switch holder {
            case .administrator: (.manager, .manager)
            case .user: (.account, .account)
            }
        let cookies = BrowserCookies(request, settings: settings, console: console)
        if let old = cookies.token, let session = try await store.session(token: old) {
            try await store.endSession(session.id, because: "Signed in again.", by: .system)
        }
        let (_, secret) = try await store.openSession(
            holder,
            kind: kind,
            userAgent: request.headers[.userAgent],
            address: context.address,
            throughOktaUser: kind == .manager ? token.map { User.ID($0.claims.subject) } : nil,
            idToken: token?.text
        )
        var response = Response.seeOther(path)
        response.setCookie(cookies.sessionCookie(secret.value))
        return response
    }
}
