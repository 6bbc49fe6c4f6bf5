import Hummingbird
import Logging
import OIDC
import Storage
import WebUI

/// `POST /sign-in/okta`: begins a try and sends the browser to Okta's sign-in page.
///
/// State, nonce and verifier are made here anew each time; nothing that the browser sent goes into them.
struct StartAtOkta {
    let entrance: Entrance

    func add(to router: Router<WebContext>) {
        router.post("/sign-in/okta") { request, context -> Response in
            let form = try await request.form()
            return try await response(
                loginHint: nil,
                asAnother: form.has("another"),
                next: NextPath(form.value("next")),
                request: request,
                context: context
            )
        }
    }

    func response(
        loginHint: String?,
        asAnother: Bool = false,
        next: NextPath?,
        request: Request,
        context: WebContext
    ) async throws -> Response {
        try await response(
            loginHint: loginHint,
            asAnother: asAnother,
            purpose: next.purpose,
            redirectAfter: next?.path.text ?? "",
            request: request,
            context: context
        )
    }

    /// - Parameters:
    ///   - asAnother: Okta then asks for the user even where somebody is signed in there.
    ///   - redirectAfter: a path of ours that was checked, or made, by us; empty for the console's start page.
    func response(
        loginHint: String?,
        asAnother: Bool = false,
        purpose: SignInAttempt.Purpose,
        redirectAfter: String,
        request: Request,
        context: WebContext
    ) async throws -> Response {
        let settings = entrance.settings
        let next = redirectAfter.isEmpty ? nil : redirectAfter
        guard let party = try await entrance.okta.relyingParty() else {
            let failure = SignInFailure.integrationOff
            await entrance.refused(
                loginHint,
                at: failure.step,
                because: failure.sentences.what,
                request: request,
                context: context
            )
            return SignInFailedPage.redirect(failure, next: next, settings: settings)
        }
        let journey: AuthorizationRequest
        do throws(OIDCError) {
            journey = try await party.authorizationRequest(loginHint: loginHint)
        } catch {
            let step = SignInFailure(error).step
            await entrance.refused(loginHint, at: step, because: error.reason, request: request, context: context)
            return SignInFailedPage.redirect(SignInFailure(error), next: next, settings: settings)
        }
        let cookie = AttemptCookie(
            state: journey.state,
            random: entrance.token(),
            party: party,
            at: entrance.store.now()
        )
        try await entrance.store.saveAttempt(
            SignInAttempt(
                state: journey.state,
                browser: cookie.value,
                nonce: journey.nonce,
                verifier: Secret(journey.verifier),
                purpose: purpose,
                redirectAfter: redirectAfter,
                source: NetworkSource.of(context.address)
            )
        )
        var response = Response.seeOther(elsewhere: asAnother ? journey.url + "&prompt=login" : journey.url)
        response.begin(cookie, request: request, settings: settings)
        return response
    }
}
