import Directory
import HTTPTypes
import Hummingbird
import SignIn
import Storage
import WebUI

/// *Administrators*: who may enter Manager, and what they may do there. Only owners change it.
struct AdministratorsPages: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("administrators", use: list)
        router.get("administrators/new", use: new)
        router.post("administrators", use: create)
        router.get("administrators/:administrator", use: edit)
        router.post("administrators/:administrator", use: update)
        router.get("administrators/:administrator/remove", use: confirmRemoval)
        router.post("administrators/:administrator/remove", use: remove)
        router.post("administrators/:administrator/second-factor/reset", use: resetSecondFactor)
    }

    @Sendable private func list(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let administrators = try await store.administrators()
        let now = store.now()
        let table = DataTable(
            administrators.count == 1 ? "1 administrator" : "\(administrators.count) administrators",
            columns: [.init("E-mail"), .init("Name"), .init("Role"), .init("Signs in with"), .init("Added")],
            rows: administrators.map { administrator in
                [
                    visitor.administrator.role == .owner && !administrator.isThroughGroup
                        ? Link(administrator.email, to: Self.path(administrator.id)).html
                        : "\(isolated: administrator.email)",
                    "\(isolated: administrator.name ?? "–")",
                    administrator.role.badge.html,
                    "\(administrator.ways)",
                    TimeText(administrator.createdAt, now: now).html,
                ]
            }
        )
        let own = Button("Your sign-in", .secondary, to: OwnSignInPage.path)
        let add: HTML =
            visitor.administrator.role == .owner
            ? """
            \(own)\(Button("Okta groups", .secondary, to: AdministratorGroupsPage.path))\
            \(Button("Add an administrator", .primary, to: "/administrators/new"))
            """
            : own.html
        return try await shell.page(
            Shell.Sheet(
                title: "Administrators",
                actions: add,
                content: table.html
            ),
            in: .administrators,
            for: visitor,
            context
        )
    }

    @Sendable private func new(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .owner)
        try context.requireRecent(at: shell.now, backTo: "/administrators/new")
        return try await form(AdministratorForm(), for: visitor, context)
    }

    @Sendable private func create(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .owner)
        try context.requireRecent(at: shell.now, backTo: "/administrators/new")
        var form = AdministratorForm(try await request.form())
        let isComplete = form.isComplete
        let user = try await form.oktaUser(in: store)
        guard isComplete, form.errors.isEmpty else { return try await self.form(form, for: visitor, context) }
        do {
            let added = try await store.addAdministrator(
                email: form.email,
                name: form.name.isEmpty ? nil : form.name,
                role: form.role,
                password: form.password.isEmpty ? nil : form.password,
                oktaUser: user,
                by: visitor.actor
            )
            return context.seeOther("/administrators", flash: Flash("\(added.email) was added."))
        } catch {
            guard form.take(error) else { throw error }
            return try await self.form(form, for: visitor, context)
        }
    }

    @Sendable private func edit(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .owner)
        let administrator = try await administrator(of: context)
        try context.requireRecent(at: shell.now, backTo: Self.path(administrator.id))
        var form = AdministratorForm(administrator)
        if let user = administrator.oktaUser {
            form.oktaUsername = try await store.user(user)?.login ?? user.rawValue
        }
        return try await self.form(form, administrator: administrator, for: visitor, context)
    }

    @Sendable private func update(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .owner)
        let administrator = try await administrator(of: context)
        try context.requireRecent(at: shell.now, backTo: Self.path(administrator.id))
        var form = AdministratorForm(try await request.form())
        form.email = administrator.email
        do {
            let user = try await form.oktaUser(for: administrator, in: store)
            guard form.errors.isEmpty else {
                return try await self.form(form, administrator: administrator, for: visitor, context)
            }
            try await store.updateAdministrator(
                administrator.id,
                role: form.role,
                oktaUser: user,
                password: form.password.isEmpty ? nil : form.password,
                by: visitor.actor
            )
            return context.seeOther("/administrators", flash: Flash("\(administrator.email) was saved."))
        } catch {
            guard form.take(error) else { throw error }
            return try await self.form(form, administrator: administrator, for: visitor, context)
        }
    }

    @Sendable private func confirmRemoval(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .owner)
        let administrator = try await administrator(of: context)
        try context.requireRecent(at: shell.now, backTo: Self.path(administrator.id))
        return try await shell.page(
            Shell.Sheet(
                title: "Remove \(administrator.email)",
                trail: [Link("Administrators", to: "/administrators")],
                content: ConfirmPage(
                    "Remove <b>\(isolated: administrator.email)</b>? They are signed out of Manager at once.",
                    action: "/administrators/\(administrator.id.rawValue)/remove",
                    csrf: visitor.csrf,
                    confirm: "Remove administrator",
                    cancel: Self.path(administrator.id)
                ).html
            ),
            in: .administrators,
            for: visitor,
            context
        )
    }

    @Sendable private func remove(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .owner)
        let administrator = try await administrator(of: context)
        try context.requireRecent(at: shell.now, backTo: Self.path(administrator.id))
        do {
            try await store.removeAdministrator(administrator.id, by: visitor.actor)
            return context.seeOther("/administrators", flash: Flash("\(administrator.email) was removed."))
        } catch .conflict(let sentence) {
            return context.seeOther(Self.path(administrator.id), flash: Flash(sentence, kind: .warning))
        }
    }

    @Sendable private func resetSecondFactor(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .owner)
        let administrator = try await administrator(of: context)
        try context.requireRecent(at: shell.now, backTo: Self.path(administrator.id))
        do {
            try await store.resetSecondFactor(of: administrator.id, by: visitor.actor)
            let done = "\(administrator.email) signs in with the password alone until they set up an app again."
            return context.seeOther(Self.path(administrator.id), flash: Flash(done))
        } catch .conflict(let sentence) {
            return context.seeOther(Self.path(administrator.id), flash: Flash(sentence, kind: .warning))
        }
    }

    private func administrator(of context: WebContext) async throws -> Administrator {
        let id = Administrator.ID(try context.parameters.require("administrator"))
        guard let administrator = try await store.administrator(id) else { throw HTTPError(.notFound) }
        return administrator
    }

    private func form(
        _ form: AdministratorForm,
        administrator: Administrator? = nil,
        for visitor: Visitor,
        _ context: WebContext
    ) async throws -> Response {
        let passwordHint =
            administrator == nil
            ? "At least 12 characters. Leave it empty for an administrator who signs in with Okta."
            : "At least 12 characters. Leave it empty to keep what is set."
        let roles = Administrator.Role.allCases.map { role in
            Choice(role.word, value: role.rawValue, hint: role.hint, isChosen: role == form.role)
        }
        let email = Field(
            "E-mail",
            name: "email",
            value: form.email,
            kind: .email,
            errors: form.errors,
            isReadOnly: administrator != nil
        )
        let name = Field("Name", name: "name", value: form.name, isOptional: true)
        let oktaUsername = Field(
            "Okta username",
            name: "okta_username",
            value: form.oktaUsername,
            hint: "The synchronized user who enters Manager as this administrator by signing in with Okta.",
            errors: form.errors,
            isOptional: true
        )
        let password = SecretField(
            "Password",
            name: "password",
            hint: passwordHint,
            errors: form.errors,
            autocomplete: "new-password"
        )
        let save = Button(administrator == nil ? "Add administrator" : "Save")
        let buttons: HTML = "\(save)\(Button("Cancel", .plain, to: "/administrators"))"
        let fields: HTML = """
            \(ErrorSummary(form.errors))\(email)\(administrator == nil ? name.html : .empty)\
            \(RadioGroup("Role", name: "role", options: roles, errors: form.errors))\(oktaUsername)\(password)\
            \(buttons.within("actions"))
            """
        let path: Path = administrator.map { Self.path($0.id) } ?? "/administrators"
        var content = Card(PostForm(path, csrf: visitor.csrf, fields).html).html
        if let administrator, administrator.secondFactor != .off {
            content +=
                Card(
                    "Second factor",
                    PostForm(
                        "/administrators/\(administrator.id.rawValue)/second-factor/reset",
                        csrf: visitor.csrf,
                        """
                        <p>For somebody who has lost the phone and the recovery codes. They are signed out.</p>\
                        \(Button("Reset the second factor", .danger).html.within("actions"))
                        """
                    ).html
                ).html
        }
        if let administrator {
            content +=
                Card(
                    "Remove",
                    Button("Remove administrator…", .danger, to: "/administrators/\(administrator.id.rawValue)/remove")
                        .html
                ).html
        }
        return try await shell.page(
            Shell.Sheet(
                title: administrator?.email ?? "Add an administrator",
                trail: [Link("Administrators", to: "/administrators")],
                hasErrors: !form.errors.isEmpty,
                content: content
            ),
            in: .administrators,
            for: visitor,
            context
        )
    }

    private static func path(_ id: Administrator.ID) -> Path { "/administrators/\(id.rawValue)" }
}

extension Administrator {
    /// How the administrator gets in, in words.
    var ways: String {
        if isThroughGroup { return "Okta, through a group" }
        let password = secondFactor == .off ? "Password" : "Password and code"
        return switch (hasPassword, oktaUser != nil) {
        case (true, true): "\(password), or Okta"
        case (true, false): password
        case (false, true): "Okta"
        case (false, false): "Nothing yet"
        }
    }
}
