import Access
import Directory
import Hummingbird
import Logging
import OIDC
import Storage
import WebUI

/// `GET /user/external`, the redirect URI given to Okta: where the browser comes back.
///
/// Every way out is a redirect to a path without Okta's answer in it, so that the code stays in no page, no history
/// and no `Referer`.
struct CallbackFromOkta {
    let entrance: Entrance

    func add(to router: Router<WebContext>) {
        router.get("/user/external") { request, context -> Response in
            let answer: AuthorizationResponse
            do throws(OIDCError) {
                answer = try AuthorizationResponse(query: request.uri.query ?? "")
            } catch {
                return failed(error, next: nil, context: context)
            }
            let settings = entrance.settings
            guard let cookie = AttemptCookie(state: answer.state, sent: request, settings: settings) else {
                return SignInFailedPage.redirect(.otherBrowser, next: nil, settings: settings)
            }
            var response = try await finish(answer, cookie: cookie, request: request, context: context)
            response.end(cookie.name, settings: settings)
            return response
        }
    }

    private func finish(
        _ answer: AuthorizationResponse,
        cookie: AttemptCookie,
        request: Request,
        context: WebContext
    ) async throws -> Response {
        // Taken before anything is sent to Okta: of fifty equal answers one goes on.
        guard let attempt = try await entrance.store.takeAttempt(state: answer.state, browser: cookie.value) else {
            return SignInFailedPage.redirect(.tooLate, next: nil, settings: entrance.settings)
        }
        let next = attempt.redirectAfter.isEmpty ? nil : attempt.redirectAfter
        guard let party = try await entrance.okta.relyingParty(), cookie.isFor(party) else {
            return SignInFailedPage.redirect(.settings, next: next, settings: entrance.settings)
        }
        let token: IDToken
        do throws(OIDCError) {
            token = try await party.signIn(
                code: try answer.code(from: party.issuer),
                verifier: attempt.verifier.value,
                nonce: attempt.nonce
            )
        } catch {
            return failed(error, next: next, context: context)
        }
        return try await enter(token, attempt: attempt, request: request, context: context)
    }

    /// Opens the session of whoever Okta named, found by Okta's user id alone.
    private func enter(
        _ token: IDToken,
        attempt: SignInAttempt,
        request: Request,
        context: WebContext
    ) async throws -> Response {
        let id = User.ID(token.claims.subject)
        let next = Path(sameSite: attempt.redirectAfter)
        let facts = try await entrance.store.accessFacts(for: id)
        if attempt.purpose == .manager, let facts, facts.ban == nil, facts.user.status.keepsAccess,
            let administrator = try await entrance.store.administrator(oktaUser: id)
        {
            return try await entrance.open(
                .administrator(administrator.id),
                through: token,
                request: request,
                context: context,
                going: next ?? "/"
            )
        }
        if let failure = Self.failure(facts) {
            return SignInFailedPage.redirect(
                failure,
                next: attempt.redirectAfter.isEmpty ? nil : attempt.redirectAfter,
                person: token.claims.preferredUsername ?? token.claims.email,
                settings: entrance.settings
            )
        }
        return try await entrance.open(
            .user(id),
            through: token,
            request: request,
            context: context,
            going: attempt.purpose == .manager ? "/account" : next ?? "/account"
        )
    }

    private static func failure(_ facts: AccessFacts?) -> SignInFailure? {
        guard let facts else { return .unknownUser }
        guard facts.standing != .active else { return nil }
        return facts.refusalForEverySite.map(SignInFailure.init) ?? .inNoGroup
    }

    private func failed(_ error: OIDCError, next: String?, context: WebContext) -> Response {
        context.logger.notice(
            "A sign-in at Okta did not succeed.",
            metadata: ["what": "\(error.errorDescription ?? "")", "cause": "\(error.cause ?? "")"]
        )
        return SignInFailedPage.redirect(SignInFailure(error), next: next, settings: entrance.settings)
    }
}
