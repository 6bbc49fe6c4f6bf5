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
                return await failed(error, next: nil, request: request, context: context)
            }
            let settings = entrance.settings
            guard let cookie = AttemptCookie(state: answer.state, sent: request, settings: settings) else {
                return await turnedAway(.otherBrowser, next: nil, request: request, context: context)
            }
            var response = try await finish(answer, cookie: cookie, request: request, context: context)
            response.end(cookie.name, settings: settings)
            return response
        }
        router.refuseHead(of: "/user/external", allow: "GET")
    }

    private func finish(
        _ answer: AuthorizationResponse,
        cookie: AttemptCookie,
        request: Request,
        context: WebContext
    ) async throws -> Response {
        // Taken before anything is sent to Okta: of fifty equal answers one goes on.
        guard let attempt = try await entrance.store.takeAttempt(state: answer.state, browser: cookie.value) else {
            return await turnedAway(.tooLate, next: nil, request: request, context: context)
        }
        let next = attempt.redirectAfter.isEmpty ? nil : attempt.redirectAfter
        guard let party = try await entrance.okta.relyingParty(), cookie.isFor(party) else {
            return await turnedAway(.settings, next: next, request: request, context: context)
        }
        let token: IDToken
        do throws(OIDCError) {
            token = try await party.signIn(
                code: try await party.code(from: answer),
                verifier: attempt.verifier.value,
                nonce: attempt.nonce
            )
        } catch {
            return await failed(error, next: next, request: request, context: context)
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
        if attempt.purpose == .manager, let administrator = try await entrance.store.administratorToEnter(as: id) {
            return try await entrance.open(
                .administrator(administrator.id),
                through: token,
                request: request,
                context: context,
                going: next ?? "/"
            )
        }
        let failure: SignInFailure
        do throws(StoreError) {
            return try await entrance.open(
                .user(id),
                through: token,
                request: request,
                context: context,
                going: attempt.purpose == .manager ? "/account" : next ?? "/account"
            )
        } catch {
            guard let why = SignInFailure(of: error) else { throw error }
            failure = why
        }
        return await turnedAway(
            failure,
            next: attempt.redirectAfter.isEmpty ? nil : attempt.redirectAfter,
            person: token.claims.preferredUsername ?? token.claims.email,
            request: request,
            context: context
        )
    }

    private func failed(
        _ error: OIDCError,
        next: String?,
        request: Request,
        context: WebContext
    ) async -> Response {
        context.logger.notice(
            "A sign-in at Okta did not succeed.",
            metadata: ["what": "\(error.errorDescription ?? "")", "cause": "\(error.cause ?? "")"]
        )
        return await turnedAway(
            SignInFailure(error),
            because: error.reason,
            next: next,
            request: request,
            context: context
        )
    }

    private func turnedAway(
        _ failure: SignInFailure,
        because reason: String? = nil,
        next: String?,
        person: String? = nil,
        request: Request,
        context: WebContext
    ) async -> Response {
        await entrance.refused(
            person,
            at: failure.step,
            because: reason ?? failure.sentences.what,
            request: request,
            context: context
        )
        return SignInFailedPage.redirect(failure, next: next, person: person, settings: entrance.settings)
    }
}
