import HTTPTypes
import Hummingbird
import SignIn
import Storage
import WebUI

/// The first run: a server without an administrator asks for the first one, who is an owner.
struct StartPages: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("start", use: show)
        router.post("start", use: create)
    }

    @Sendable private func show(request: Request, context: WebContext) async throws -> Response {
        guard try await !store.hasAdministrators() else { return .seeOther("/sign-in") }
        return page(Typed())
    }

    @Sendable private func create(request: Request, context: WebContext) async throws -> Response {
        guard try await !store.hasAdministrators() else { return .seeOther("/sign-in") }
        var typed = Typed(try await request.form())
        guard typed.errors.isEmpty else { return page(typed) }
        do {
            let administrator = try await store.addFirstAdministrator(
                email: typed.email,
                name: typed.name.isEmpty ? nil : typed.name,
                password: typed.password
            )
            return .seeOther(("/sign-in" as Path).query("email", administrator.email))
        } catch {
            typed.take(error)
            return page(typed)
        }
    }

    private func page(_ typed: Typed) -> Response {
        let email = Field(
            "E-mail",
            name: "email",
            value: typed.email,
            kind: .email,
            errors: typed.errors,
            autocomplete: "username"
        )
        let password = SecretField(
            "Password",
            name: "password",
            hint: "At least 12 characters.",
            errors: typed.errors,
            autocomplete: "new-password"
        )
        let again = SecretField(
            "Password again",
            name: "password_again",
            errors: typed.errors,
            autocomplete: "new-password"
        )
        let name = Field("Name", name: "name", value: typed.name, isOptional: true, autocomplete: "name")
        let fields: HTML = """
            \(ErrorSummary(typed.errors))\(email)\(name)\(password)\(again)\
            \(Button("Create administrator").html.within("actions"))
            """
        return Page(
            "Welcome to Timus",
            layout: .plain,
            intro: "Create the first administrator of this server. You can add others later.",
            hasErrors: !typed.errors.isEmpty,
            PostForm("/start", csrf: "", fields).html
        ).html.response(status: typed.errors.isEmpty ? .ok : .unprocessableContent)
    }

    /// What was typed, with what is wrong with it.
    private struct Typed {
        var email = ""
        var name = ""
        var password = ""
        var errors = FormErrors()

        init() {}

        init(_ form: Form) {
            email = form.value("email")
            name = form.value("name")
            password = form.typed("password")
            if email.isEmpty { errors.add("Enter your e-mail address, for example ana@acme.example", field: "email") }
            if password.isEmpty {
                errors.add("Enter a password of at least 12 characters", field: "password")
            } else if password != form.typed("password_again") {
                errors.add("Enter the same password twice", field: "password_again")
            }
        }

        mutating func take(_ error: StoreError) {
            let sentence = error.errorDescription ?? "The administrator could not be added. Try again."
            errors.add(sentence, field: sentence.lowercased().contains("password") ? "password" : "email")
        }
    }
}
