import Foundation
import HTTPTypes
import Hummingbird
import OIDC
import Storage
import WebUI

/// `/sign-in/password`: the password of a local administrator.
struct PasswordPage {
    let entrance: Entrance

    func add(to router: Router<WebContext>) {
        router.get("/sign-in/password") { _, _ -> Response in Response.seeOther("/sign-in") }
        router.post("/sign-in/password") { request, context -> Response in
            let form = try await request.form()
            let email = form.value("email")
            let next = NextPath(form.value("next"))
            let party = try await entrance.okta.relyingParty()
            guard !form.typed("password").isEmpty else {
                return page(
                    email: email,
                    next: next,
                    party: party,
                    context: context,
                    status: .unprocessableContent,
                    error: "Enter your password"
                )
            }
            do {
                let found = try await entrance.store.verifyPassword(
                    email: email,
                    password: form.typed("password"),
                    from: context.signInSource
                )
                guard let administrator = found else {
                    await entrance.refused(
                        email,
                        at: .session,
                        because: "The password was wrong, or there is no such administrator.",
                        request: request,
                        context: context
                    )
                    return page(
                        email: email,
                        next: next,
                        party: party,
                        context: context,
                        status: .unauthorized,
                        error: "Check the e-mail address and the password: together they match no administrator"
                    )
                }
                return try await enter(administrator, next: next, request: request, context: context)
            } catch {
                guard let refusal = AttemptRefusal(error) else { throw error }
                await entrance.refused(
                    email,
                    at: .session,
                    because: refusal.reason,
                    request: request,
                    context: context
                )
                return refusal.answer(
                    page(
                        email: email,
                        next: next,
                        party: party,
                        context: context,
                        status: refusal.status,
                        error: refusal.sentence
                    )
                )
            }
        }
    }

    private func enter(
        _ administrator: Administrator,
        next: NextPath?,
        request: Request,
        context: WebContext
    ) async throws -> Response {
        let path = next.purpose == .manager ? next?.path ?? "/" : "/"
        guard administrator.secondFactor == .off else {
            return try await SecondFactorPage.begin(
                for: administrator,
                going: path,
                entrance: entrance,
                request: request
            )
        }
        return try await entrance.open(
            .administrator(administrator.id),
            request: request,
            context: context,
            going: path
        )
    }

    func page(
        email: String,
        next: NextPath?,
        party: RelyingParty?,
        context: WebContext,
        status: HTTPResponse.Status = .ok,
        error: String? = nil
    ) -> Response {
        let errors = error.map { FormErrors($0, field: "password") } ?? FormErrors()
        let content: HTML = """
            \(ErrorSummary(errors))
            <form method="post" action="/sign-in/password" novalidate>\(context.csrfField)
            <input type="hidden" name="next" value="\(next?.path.text ?? "")">
            \(Field(
                "E-mail", name: "email", value: email, kind: .email, autocomplete: "username", width: .full,
                isReadOnly: true
            ))
            \(SecretField("Password", name: "password", errors: errors, autocomplete: "current-password"))
            <div class="actions">\(Button("Sign in"))\
            \(Button("Use another e-mail", .plain, to: Path("/sign-in").query("next", next?.path.text)))</div>
            </form>
            \(party.map { _ in OktaButton(next: next, csrfField: context.csrfField) })
            """
        return Page("Sign in to Timus", layout: .plain, hasErrors: !errors.isEmpty, content).html
            .response(status: status, formTargets: party?.formTargets ?? [])
    }
}
