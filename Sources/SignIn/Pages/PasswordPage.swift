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
                guard
                    let administrator = try await entrance.store.verifyPassword(
                        email: email,
                        password: form.typed("password")
                    )
                else {
                    return page(
                        email: email,
                        next: next,
                        party: party,
                        context: context,
                        status: .unauthorized,
                        error: "Check the e-mail address and the password: together they match no administrator"
                    )
                }
                return try await entrance.open(
                    .administrator(administrator.id),
                    request: request,
                    context: context,
                    going: next.purpose == .manager ? next?.path ?? "/" : "/"
                )
            } catch StoreError.tooManyAttempts(let seconds) {
                let wait = seconds == 1 ? "a second" : "\(seconds) seconds"
                var response = page(
                    email: email,
                    next: next,
                    party: party,
                    context: context,
                    status: .tooManyRequests,
                    error: "Wait \(wait) and try again: there were too many wrong passwords"
                )
                response.headers[.retryAfter] = String(seconds)
                return response
            }
        }
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
