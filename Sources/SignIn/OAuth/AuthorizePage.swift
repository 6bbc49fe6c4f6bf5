import Hummingbird
import Storage
import WebUI

/// `GET /oauth/authorize`: Connect's browser comes here, and goes straight on to Okta.
///
/// Nothing is granted here: after Okta the person confirms on ``ConsentPage``.
struct AuthorizePage {
    let entrance: Entrance

    func add(to router: Router<WebContext>) {
        router.get("/oauth/authorize") { request, context -> Response in
            let query: AuthorizationQuery
            do throws(AuthorizationQuery.Flaw) {
                query = try AuthorizationQuery(request.query)
            } catch {
                return Self.response(to: error, issuer: entrance.settings.publicURL)
            }
            return try await StartAtOkta(entrance: entrance).response(
                loginHint: query.loginHint,
                purpose: .connect,
                redirectAfter: ConsentPage.path(packed: AuthorizationQuery.packed(request.uri.query ?? "")).text,
                request: request,
                context: context
            )
        }
        router.refuseHead(of: "/oauth/authorize", allow: "GET")
    }

    static func response(to flaw: AuthorizationQuery.Flaw, issuer: String) -> Response {
        switch flaw {
        case .refused(let redirectURI, let state, let error, let description):
            AuthorizationAnswer(
                error: error,
                description: description,
                redirectURI: redirectURI,
                state: state,
                issuer: issuer
            ).response
        case .notConnect:
            Page(
                "This link does not come from Timus Connect",
                layout: .plain,
                "<p>Nothing was signed in. Open Timus Connect and sign in from there.</p>"
            ).html.response(status: .badRequest)
        }
    }
}
