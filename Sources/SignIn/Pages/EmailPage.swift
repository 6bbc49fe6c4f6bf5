import Directory
import Hummingbird
import OIDC
import Storage
import WebUI

/// `/sign-in`: asks for the e-mail first. A local administrator goes on to the password, everybody else to Okta,
/// whether we know the address or not.
struct EmailPage {
    let entrance: Entrance

    func add(to router: Router<WebContext>) {
        router.get("/sign-in") { request, context -> Response in
            guard try await entrance.store.hasAdministrators() else { return .seeOther("/start") }
            let next = NextPath(request.query.value("next"))
            if context.session != nil, next.purpose == .manager {
                return .seeOther(next?.path ?? "/")
            }
            return try await page(email: request.query.value("email"), next: next, context: context)
        }
        router.post("/sign-in") { request, context -> Response in
            let form = try await request.form()
            let next = NextPath(form.value("next"))
            guard let email = EmailAddress(form.value("email"))?.text else {
                return try await page(
                    email: form.typed("email"),
                    next: next,
                    context: context,
                    errors: FormErrors("Enter your e-mail address, for example ana@example.com", field: "email")
                )
            }
            let party = try await entrance.okta.relyingParty()
            let administrator = try await entrance.store.administrator(email: email)
            if party == nil || (administrator?.hasPassword == true && next.purpose == .manager) {
                return PasswordPage(entrance: entrance)
                    .page(email: email, next: next, party: party, context: context)
            }
            return try await StartAtOkta(entrance: entrance)
                .response(loginHint: email, next: next, request: request, context: context)
        }
    }

    private func page(
        email: String,
        next: NextPath?,
        context: WebContext,
        errors: FormErrors = FormErrors()
    ) async throws -> Response {
        let party = try await entrance.okta.relyingParty()
        let content: HTML = """
            \(ErrorSummary(errors))
            <form method="post" action="/sign-in" novalidate>\(context.csrfField)
            <input type="hidden" name="next" value="\(next?.path.text ?? "")">
            \(Field(
                "E-mail", name: "email", value: email, kind: .email, errors: errors, autocomplete: "username",
                width: .full
            ))
            <div class="actions">\(Button("Continue"))</div>
            </form>
            \(party.map { _ in OktaButton(next: next, csrfField: context.csrfField) })
            """
        return Page("Sign in to Timus", layout: .plain, hasErrors: !errors.isEmpty, content).html
            .response(status: errors.isEmpty ? .ok : .unprocessableContent, formTargets: party?.formTargets ?? [])
    }
}

/// The button that goes straight to Okta.
struct OktaButton: Component {
    let next: NextPath?
    let csrfField: HTML

    var html: HTML {
        """
        <form method="post" action="/sign-in/okta" novalidate>\(csrfField)
        <input type="hidden" name="next" value="\(next?.path.text ?? "")">
        <div class="actions">\(Button("Sign in with Okta", .secondary))</div>
        </form>
        """
    }
}

extension NextPath? {
    /// For what somebody signs in who wants to go there; Manager where nothing is said.
    var purpose: SignInAttempt.Purpose {
        guard let self else { return .manager }
        return switch Console(path: self.path.text.split(separator: "?").first.map(String.init) ?? "/") {
        case .manager: .manager
        case .account: self.path.text.hasPrefix("/oauth/") ? .connect : .account
        }
    }
}

extension RelyingParty {
    /// What a form that leads to Okta may be redirected to: Okta, and where Okta itself hands people on to an identity
    /// provider of theirs, that one too, whose address we do not know.
    var formTargets: [String] { [origin, "https:"] }
}
