import Hummingbird

/// Where a person sets a password: by the link of an activation mail (`/welcome/TOKEN`), of a reset, or after signing in
/// with a password that has expired (both `/reset_password/TOKEN`).
struct NewPasswordPage: Sendable {
    let org: Org

    static func path(_ link: Org.PasswordLink, goOn: String = "") -> String {
        goOn.isEmpty ? link.path : "\(link.path)?fromURI=\(goOn.formEncoded)"
    }

    func add<Context: RequestContext>(to router: Router<Context>) {
        for path: RouterPath in ["/welcome/:token", "/reset_password/:token"] {
            router.get(path) { request, context in
                page(link(context), request.query).response()
            }
            router.post(path) { request, context in
                try await set(request, link(context))
            }
        }
    }

    private func link(_ context: some RequestContext) -> Org.PasswordLink? {
        context.parameters.get("token").flatMap(org.passwordLink)
    }

    private func page(_ link: Org.PasswordLink?, _ form: Form, problems: FormProblems = FormProblems()) -> Document {
        guard let link, let person = org.person(link.person) else { return goneLink }
        let title: String
        let button: String
        switch (link.purpose, person.status) {
        case (.activation, _):
            (title, button) = ("Welcome to \(org.name), \(person.profile.firstName)!", "Create My Account")
        case (.recovery, .passwordExpired): (title, button) = ("Your password has expired", "Change Password")
        case (.recovery, _): (title, button) = ("Reset your password", "Reset Password")
        }
        let new = Field(
            label: "New password",
            name: "password",
            problem: problems["password"],
            hint:
                "At least 8 characters, with a lower-case letter, an upper-case letter and a number, without parts of "
                + "the username."
        )
        let repeated = Field(label: "Repeat password", name: "repeated", problem: problems["repeated"])
        let attributes: HTML = " autocomplete=\"new-password\" required"
        return .card(
            title,
            organisation: org.name,
            """
            <p>Username: <strong>\(person.login)</strong></p>\(problems.summary)\
            <form method="post" action="\(link.path)">\
            <input type="hidden" name="fromURI" value="\(form.text("fromURI"))">\
            \(new.input("password", attributes: attributes))\(repeated.input("password", attributes: attributes))\
            <div class="actions"><button class="primary">\(button)</button></div></form>
            """
        )
    }

    private func set(_ request: Request, _ link: Org.PasswordLink?) async throws -> Response {
        let form = try await request.form()
        guard let link else { return goneLink.response(.notFound) }
        var problems = FormProblems()
        let password = form["password"] ?? ""
        if password != form["repeated"] ?? "" { problems["repeated"] = "The two passwords are not the same." }
        if problems.isEmpty {
            do throws(OktaFailure) {
                try org.setPassword(password, by: link)
            } catch {
                problems["password"] = error.sentence.withoutFieldName
            }
        }
        guard problems.isEmpty else { return page(link, form, problems: problems).response(.badRequest) }
        guard org.person(link.person)?.status == .active else { return .seeOther(SignInPage.path) }
        return try SignInPage(org: org).signedIn(link.person, form)
    }

    private var goneLink: Document {
        .card(
            "This link has expired",
            organisation: org.name,
            "<p>It was used before, or it is too old. An administrator can send another.</p><p><a href=\"/\">Sign in</a></p>"
        )
    }
}

extension String {
    /// What comes after `login: `, with which Okta's causes begin.
    var withoutFieldName: String {
        guard let colon = firstRange(of: ": "), !self[..<colon.lowerBound].contains(" ") else { return self }
        return String(self[colon.upperBound...])
    }
}
