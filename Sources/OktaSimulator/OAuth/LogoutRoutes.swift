import Foundation
import Hummingbird

/// `/oauth2/v1/logout`: an app signs the person out of the org.
struct LogoutRoutes: Sendable {
    let org: Org
    let keys: SigningKeys

    private struct Hint: Decodable {
        let iss: String
        let sub: String
        let aud: String
    }

    func add<Context: RequestContext>(to router: Router<Context>) {
        router.get("/oauth2/v1/logout") { request, _ in logout(request, request.query) }
        router.post("/oauth2/v1/logout") { request, _ in logout(request, try await request.form()) }
    }

    private func logout(_ request: Request, _ parameters: Form) -> Response {
        do throws(OAuthError) {
            return try answer(request, parameters)
        } catch {
            return error.page(organisation: org.name)
        }
    }

    /// An expired ID token is as good a hint as a fresh one.
    private func answer(_ request: Request, _ parameters: Form) throws(OAuthError) -> Response {
        guard let token = parameters["id_token_hint"] else {
            throw .invalidRequest("The 'id_token_hint' parameter is required.")
        }
        guard let hint = keys.claims(of: token, as: Hint.self), hint.iss == org.origin,
            let client = org.app(clientID: hint.aud)
        else {
            throw .invalidRequest("The 'id_token_hint' parameter is not an ID token of this org.")
        }
        let target = parameters["post_logout_redirect_uri"]
        if let target, !client.signOutRedirectURIs.contains(target) { throw .unregisteredSignOut }
        if let (session, person) = request.session(in: org), person.id.description == hint.sub {
            org.endSession(session.token)
        }
        var response = Response.seeOther(target.map { withState($0, parameters) } ?? SignInPage.path())
        response.forgetSession()
        return response
    }

    private func withState(_ target: String, _ parameters: Form) -> String {
        guard let state = parameters["state"] else { return target }
        return target + (target.contains("?") ? "&" : "?") + "state=" + state.formEncoded
    }
}
