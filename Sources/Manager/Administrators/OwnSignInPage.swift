import HTTPTypes
import Hummingbird
import SignIn
import Storage
import WebUI

/// `/administrators/me`, *Your sign-in*: how the administrator who looks gets in, and the second factor they set up for
/// themselves.
struct OwnSignInPage: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    static let path: Path = "/administrators/me"
    static let setUp: Path = "/administrators/me/second-factor"

    func add(to router: Router<WebContext>) {
        router.get("administrators/me", use: show)
        router.get("administrators/me/second-factor", use: showSetUp)
        router.post("administrators/me/second-factor", use: begin)
        router.post("administrators/me/second-factor/confirmation", use: confirm)
        router.post("administrators/me/second-factor/removal", use: remove)
        router.get("administrators/me/confirm", use: showConfirmation)
        router.post("administrators/me/confirm", use: confirmIdentity)
    }

    // MARK: What is set

    @Sendable private func show(request: Request, context: WebContext) async throws -> Response {
        try await page(for: context.visitor(request), context)
    }

    private func page(
        for visitor: Visitor,
        _ context: WebContext,
        errors: FormErrors = FormErrors()
    ) async throws -> Response {
        let administrator = visitor.administrator
        let facts = SummaryList([
            .init("E-mail", "\(isolated: administrator.email)"),
            .init("Role", administrator.role.badge.html),
            .init("Signs in with", "\(administrator.ways)"),
        ])
        return try await shell.page(
            Shell.Sheet(
                title: "Your sign-in",
                hasErrors: !errors.isEmpty,
                content: "\(ErrorSummary(errors))\(Card(facts.html))\(secondFactor(visitor, errors))"
            ),
            in: .administrators,
            for: visitor,
            context
        )
    }

    private func secondFactor(_ visitor: Visitor, _ errors: FormErrors) -> HTML {
        let administrator = visitor.administrator
        guard administrator.hasPassword else {
            return Card(
                "Second factor",
                "<p>You sign in with Okta, which asks for a second factor as its policy says.</p>"
            ).html
        }
        let about: HTML = """
            <p>After your password, Timus asks for a code that an authenticator app on your phone shows. Who has only your \
            password does not get in.</p>
            """
        let isOn = administrator.secondFactor != .off
        let begin = PostForm(
            Self.setUp,
            csrf: visitor.csrf,
            Button(isOn ? "Set up another app" : "Set up an authenticator app", isOn ? .secondary : .primary).html
                .within("actions")
        )
        let badge = Badge(isOn ? "On" : "Off", isOn ? .positive : .neutral)
        let card = Card("Second factor", note: badge.html, "\(about)\(begin)")
        guard isOn else { return card.html }
        let fields: HTML = """
            <p>Takes the code away from your sign-in; the recovery codes stop working.</p>\
            \(SecretField("Password", name: "password", errors: errors, autocomplete: "current-password"))\
            \(Field("Code", name: "code", hint: Self.codeHint, errors: errors, autocomplete: "one-time-code"))\
            \(Button("Turn the second factor off", .danger).html.within("actions"))
            """
        let off = Card(
            "Turn it off",
            PostForm("/administrators/me/second-factor/removal", csrf: visitor.csrf, fields).html
        )
        return "\(card)\(off)"
    }

    // MARK: Setting it up

    @Sendable private func begin(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        try context.requireRecent(at: shell.now, backTo: Self.path)
        do {
            _ = try await store.proposeSecondFactor(for: visitor.administrator.id)
            return .seeOther(Self.setUp)
        } catch .conflict(let sentence) {
            return context.seeOther(Self.path, flash: Flash(sentence, kind: .warning))
        }
    }

    @Sendable private func showSetUp(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        try context.requireRecent(at: shell.now, backTo: Self.setUp)
        return try await setUpPage(for: visitor, context)
    }

    @Sendable private func confirm(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        try context.requireRecent(at: shell.now, backTo: Self.setUp)
        guard let session = context.session?.session.id else { throw HTTPError(.forbidden) }
        let code = try await request.form().value("code")
        guard
            let codes = try await store.confirmSecondFactor(
                of: visitor.administrator.id,
                code: code,
                except: session
            )
        else {
            let errors = FormErrors(
                "Enter the six digits that the app shows now, and check the phone's clock",
                field: "code"
            )
            return try await setUpPage(for: visitor, context, errors: errors)
        }
        let token = try await store.renewSession(session)
        return context.renewed(try await recoveryCodesPage(codes, for: visitor, token, context), token: token)
    }

    private func setUpPage(
        for visitor: Visitor,
        _ context: WebContext,
        errors: FormErrors = FormErrors()
    ) async throws -> Response {
        guard let proposal = try await store.proposedSecondFactor(of: visitor.administrator.id) else {
            return .seeOther(Self.path)
        }
        let app: HTML = """
            <p>Add an account in your authenticator app by typing the key: by time, six digits. Or open the address on \
            the phone. Both are shown only here; keep them to yourself.</p>\
            \(CopyBox("Key", value: proposal.secret.value, id: "second-factor-key"))\
            \(CopyBox("Address", value: proposal.address.value, id: "second-factor-address"))
            """
        let buttons: HTML = "\(Button("Turn the second factor on"))\(Button("Cancel", .plain, to: Self.path))"
        let fields: HTML = """
            \(Field(
                "Code", name: "code", hint: "The six digits that the app shows now.", errors: errors,
                autocomplete: "one-time-code"
            ))\
            \(buttons.within("actions"))
            """
        let proof = PostForm("/administrators/me/second-factor/confirmation", csrf: visitor.csrf, fields)
        return try await shell.page(
            Shell.Sheet(
                title: "Set up an authenticator app",
                trail: [Link("Your sign-in", to: Self.path)],
                hasErrors: !errors.isEmpty,
                content: "\(ErrorSummary(errors))\(Card("1. The app", app))\(Card("2. A code from it", proof.html))"
            ),
            in: .administrators,
            for: visitor,
            context
        )
    }

    /// The answer to the form itself: the codes are in no other answer ever.
    private func recoveryCodesPage(
        _ codes: [Secret],
        for visitor: Visitor,
        _ token: Secret,
        _ context: WebContext
    ) async throws -> Response {
        let lines = codes.map { "<li><code>\($0.value)</code></li>" as HTML }
        let content: HTML = """
            \(Notice("The second factor is on. Keep these recovery codes before you go on.", .positive))\
            \(Card(
                "Recovery codes",
                """
                <p>Each stands in for the app once, when the phone is lost. They are not shown again.</p>\
                <ol class="recovery-codes">\(lines)</ol>\
                \(Button("I have kept them", to: Self.path).html.within("actions"))
                """
            ))
            """
        let renewed = Visitor(administrator: visitor.administrator, csrf: context.csrfToken(renewed: token))
        return try await shell.page(
            Shell.Sheet(
                title: "Recovery codes",
                trail: [Link("Your sign-in", to: Self.path)],
                showsBanner: false,
                content: content
            ),
            in: .administrators,
            for: renewed,
            context
        )
    }

    @Sendable private func remove(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        guard let session = context.session?.session.id else { throw HTTPError(.forbidden) }
        let form = try await request.form()
        let errors = try await problems(with: form, of: visitor.administrator, request, context)
        guard errors.isEmpty else { return try await page(for: visitor, context, errors: errors) }
        try await store.removeSecondFactor(of: visitor.administrator.id, except: session)
        return try await context.seeOther(
            Self.path,
            renewed: store.renewSession(session),
            flash: Flash("The second factor is off.")
        )
    }

    // MARK: Showing again who is there

    @Sendable private func showConfirmation(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        return try await confirmationPage(next: request.query.value("next"), for: visitor, context)
    }

    @Sendable private func confirmIdentity(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        guard visitor.administrator.hasPassword, let session = context.session?.session.id else {
            throw HTTPError(.forbidden)
        }
        let form = try await request.form()
        let next = form.value("next")
        let errors = try await problems(with: form, of: visitor.administrator, request, context)
        guard errors.isEmpty else {
            return try await confirmationPage(next: next, for: visitor, context, errors: errors)
        }
        return try await context.renewed(
            .seeOther(WebContext.nextPath(next) ?? Self.path),
            token: store.renewSession(session)
        )
    }

    private func confirmationPage(
        next: String,
        for visitor: Visitor,
        _ context: WebContext,
        errors: FormErrors = FormErrors()
    ) async throws -> Response {
        let administrator = visitor.administrator
        let going: HTML = "<input type=\"hidden\" name=\"next\" value=\"\(WebContext.nextPath(next)?.text ?? "")\">"
        let code: HTML =
            administrator.secondFactor == .off
            ? .empty
            : Field("Code", name: "code", hint: Self.codeHint, errors: errors, autocomplete: "one-time-code").html
        let password: HTML = """
            \(going)\(SecretField("Password", name: "password", errors: errors, autocomplete: "current-password"))\(code)\
            \(Button("Continue").html.within("actions"))
            """
        let okta: HTML = """
            \(going)<input type="hidden" name="another" value="yes">\
            \(Button("Sign in with Okta again", administrator.hasPassword ? .secondary : .primary).html.within("actions"))
            """
        let ways: HTML = """
            \(administrator.hasPassword ? PostForm("/administrators/me/confirm", csrf: visitor.csrf, password).html : .empty)\
            \(administrator.oktaUser != nil ? PostForm("/sign-in/okta", csrf: visitor.csrf, okta).html : .empty)
            """
        return try await shell.page(
            Shell.Sheet(
                title: "Confirm that it is you",
                intro: "You signed in more than five minutes ago, and what comes next decides who may do what.",
                hasErrors: !errors.isEmpty,
                content: "\(ErrorSummary(errors))\(Card(ways))"
            ),
            in: .administrators,
            for: visitor,
            context,
            formTargets: administrator.oktaUser == nil ? [] : oktaTargets()
        )
    }

    /// Where the form to Okta is redirected: the browser holds the page's policy against it.
    private func oktaTargets() async throws -> [String] {
        let domain = try await store.oktaIntegration()?.domain
        return ["https:"] + [domain].compactMap(\.self).filter { $0.hasPrefix("http") }
    }

    /// What is wrong with the password and, where it is asked for, the code. The code is tried only after the right
    /// password. Whoever is refused is in the events, as at the sign-in itself.
    private func problems(
        with form: Form,
        of administrator: Administrator,
        _ request: Request,
        _ context: WebContext
    ) async throws -> FormErrors {
        let (reason, errors) = try await proof(form, of: administrator, context)
        if let reason {
            let origin = context.origin(of: request)
            try await store.recordRefusal(
                SignInRefusal(at: .session, because: reason, of: administrator.email, from: origin)
            )
        }
        return errors
    }

    /// nil for the reason where nothing is wrong.
    private func proof(
        _ form: Form,
        of administrator: Administrator,
        _ context: WebContext
    ) async throws -> (reason: String?, FormErrors) {
        do {
            let found = try await store.verifyPassword(
                email: administrator.email,
                password: form.typed("password"),
                from: context.signInSource
            )
            guard found?.id == administrator.id else {
                return ("The password was wrong.", FormErrors("Enter your password", field: "password"))
            }
            guard administrator.secondFactor != .off else { return (nil, FormErrors()) }
            let isRight = try await store.verifyCode(
                form.value("code"),
                of: administrator.id,
                from: context.signInSource
            )
            guard isRight else {
                let sentence = "Enter the code that your app shows now"
                return ("The code of the second factor was wrong.", FormErrors(sentence, field: "code"))
            }
            return (nil, FormErrors())
        } catch {
            guard let refusal = AttemptRefusal(error) else { throw error }
            return (refusal.reason, FormErrors(refusal.sentence, field: "password"))
        }
    }

    private static let codeHint = "Six digits from your authenticator app, or one of your recovery codes."
}
