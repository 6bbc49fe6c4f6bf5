import Foundation
import HTTPTypes
import Hummingbird
import Logging
import OIDC
import Storage
import WebUI

/// `POST /sign-out` for Manager and `POST /account/sign-out` for Accounts: ends our session, then the one at Okta.
struct SignOut {
    let entrance: Entrance

    func add(to router: Router<WebContext>) {
        for path: RouterPath in ["/sign-out", "/account/sign-out"] {
            router.post(path) { request, context -> Response in try await end(request, context) }
        }
        router.get("/signed-out") { _, _ -> Response in
            Page(
                "You are signed out",
                layout: .plain,
                "<div class=\"actions\">\(Button("Sign in again", .secondary, to: "/sign-in"))</div>"
            ).html.response()
        }
    }

    private func end(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let signedIn = context.session else { return .seeOther("/signed-out") }
        let token = try await entrance.store.idToken(of: signedIn.session.id)
        try await entrance.store.endSession(signedIn.session.id, because: "Signed out.", by: signedIn.actor)
        var response = await oktaAddress(token, context).map(Self.goingOn) ?? .seeOther("/signed-out")
        response.setCookie(BrowserCookies(request, settings: entrance.settings).endOfSession)
        return response
    }

    /// nil where the session did not begin at Okta, or Okta cannot be asked: ours has ended all the same.
    private func oktaAddress(_ token: Secret?, _ context: WebContext) async -> String? {
        guard let token else { return nil }
        do {
            return try await entrance.okta.relyingParty()?
                .signOutURL(idToken: token.value, postLogout: entrance.settings.signOutRedirectURI)
        } catch {
            context.logger.notice("The session at Okta was not ended.", metadata: ["cause": "\(error)"])
            return nil
        }
    }

    /// A page that goes on to Okta by itself. A redirect would not do: every page has this form, and `form-action`
    /// would have to name Okta on each of them.
    private static func goingOn(_ address: String) -> Response {
        let content: HTML = """
            <p>You are signed out of Timus. Okta ends its session next.</p>
            <p><a href="\(address)">Continue to Okta</a></p>
            """
        var response = Page("Signing you out", layout: .plain, content).html.response()
        response.headers[.refresh] = "0; url=\(address)"
        return response
    }
}

extension HTTPField.Name {
    // swift-format-ignore: NeverForceUnwrap
    // A token of RFC 9110 §5.6.2, the only thing that the initializer checks.
    fileprivate static let refresh = Self("Refresh")!
}
