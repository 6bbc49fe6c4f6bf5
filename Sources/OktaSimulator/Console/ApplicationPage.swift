import HTTPTypes
import Hummingbird

/// `/admin/app/ID`: an app integration, with the tabs General, Sign On, Assignments and Okta API Scopes.
enum ApplicationPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/app/:id") { visit in general(visit, try visit.appInPath()).response(visit) }
        console.get("/admin/app/:id/sign-on") { visit in signOn(visit, try visit.appInPath()).response(visit) }
        console.get("/admin/app/:id/edit") { visit in
            let app = try visit.appInPath()
            return editPage(visit, app, ApplicationFields(app)).response(visit)
        }
        console.post("/admin/app/:id/edit") { visit in try save(visit) }
        console.post("/admin/app/:id/secrets") { visit in
            let app = try visit.org.renewClientSecret(visit.appInPath().id)
            return visit.seeOther(app.path, notice: "The client secret was replaced. The old one no longer works.")
        }
        console.post("/admin/app/:id/activate") { visit in try setActive(true, visit) }
        console.post("/admin/app/:id/deactivate") { visit in try setActive(false, visit) }
        console.post("/admin/app/:id/delete") { visit in
            let app = try visit.appInPath()
            try visit.org.deleteApp(app.id)
            return visit.seeOther(ConsolePage.Place.applications.path, notice: "\(app.label) was deleted.")
        }
        console.get("/admin/app/:id/api-scopes") { visit in scopes(visit, try visit.appInPath()).response(visit) }
        console.get("/admin/app/:id/api-scopes/grant") { visit in try question(visit).response(visit) }
        console.post("/admin/app/:id/api-scopes/grant") { visit in
            let app = try visit.appInPath()
            let scope = try visit.scopeInForm()
            try visit.org.grantScope(scope, to: app.id)
            return visit.seeOther(app.path + "/api-scopes", notice: "\(scope) was granted.")
        }
        console.post("/admin/app/:id/api-scopes/revoke") { visit in
            let app = try visit.appInPath()
            let scope = try visit.scopeInForm()
            try visit.org.revokeScope(scope, from: app.id)
            return visit.seeOther(app.path + "/api-scopes", notice: "\(scope) was revoked.")
        }
    }

    /// The page around one of the tabs.
    static func frame(_ visit: Visit, _ app: Org.AppIntegration, tab: String, _ content: HTML) -> ConsolePage {
        let tabs = Tabs(
            label: "Application",
            tabs: [
                ("General", app.path), ("Sign On", app.path + "/sign-on"),
                ("Authentication", app.path + "/authentication"),
                ("Assignments", app.path + "/assignments"), ("Okta API Scopes", app.path + "/api-scopes"),
            ],
            current: tab
        )
        let buttons: HTML =
            app.isActive
            ? visit.postButton("Deactivate", app.path + "/deactivate", style: "")
            : """
            \(visit.postButton("Activate", app.path + "/activate", style: ""))\
            \(visit.postButton("Delete", app.path + "/delete", style: "danger"))
            """
        return ConsolePage(
            app.label,
            .applications,
            subtitle: "<p>OpenID Connect web application \(app.badge)</p>",
            actions: buttons,
            tabs.html(content)
        )
    }

    // MARK: - General

    private static func general(_ visit: Visit, _ app: Org.AppIntegration) -> ConsolePage {
        let isShown = visit.form["secret"] == "shown"
        let secret = CopyBox(label: "Client secret", name: "client-secret", value: app.clientSecret, isHidden: !isShown)
        func list(_ values: [String]) -> HTML {
            let rows: [HTML] = values.map { "<div><code>\($0)</code></div>" }
            return values.isEmpty ? "–" : "\(rows)"
        }
        return frame(
            visit,
            app,
            tab: "General",
            """
            <section class="card"><h2>Client Credentials</h2>\
            \(CopyBox(label: "Client ID", name: "client-id", value: app.clientID).html)\
            <p class="faint">Client authentication: client secret. Proof Key for Code Exchange (PKCE): \
            \(app.requiresPKCE ? "required" : "optional").</p></section>\
            <section class="card"><h2>Client Secrets</h2>\(secret.html)\
            <div class="row"><form action="\(app.path)"><button class="small" name="secret" \
            value="\(isShown ? "hidden" : "shown")">\(isShown ? "Hide" : "Show")</button></form>\
            \(visit.postButton("Generate new secret", app.path + "/secrets"))</div></section>\
            <section class="card"><div class="between"><h2>General Settings</h2>\
            \(OpenButton(label: "Edit", path: app.path + "/edit", style: "small").html)</div><dl>\
            <dt>App integration name</dt><dd>\(app.label)</dd><dt>Grant type</dt><dd>Authorization Code</dd>\
            <dt>Sign-in redirect URIs</dt><dd>\(list(app.signInRedirectURIs))</dd>\
            <dt>Sign-out redirect URIs</dt><dd>\(list(app.signOutRedirectURIs))</dd>\
            <dt>Initiate login URI</dt><dd>\(list([app.initiateLoginURI].compactMap(\.self)))</dd></dl></section>
            """
        )
    }

    private static func editPage(_ visit: Visit, _ app: Org.AppIntegration, _ fields: ApplicationFields) -> ConsolePage
    {
        ConsolePage(
            "Edit \(app.label)",
            .applications,
            visit.postForm(
                app.path + "/edit",
                """
                \(fields.problems.summary)\(fields.html)<div class="actions"><button class="primary">Save</button>\
                <a class="button" href="\(app.path)">Cancel</a></div>
                """
            )
        )
    }

    private static func save(_ visit: Visit) throws -> Response {
        let app = try visit.appInPath()
        let fields = ApplicationFields(form: visit.form, problems: FormProblems())
        if let longer = fields.formWithOneMore {
            return editPage(visit, app, ApplicationFields(form: longer, problems: FormProblems())).response(visit)
        }
        var problems = fields.check()
        if problems.isEmpty {
            do throws(OktaFailure) {
                try visit.org.updateApp(app.id, fields.settings)
                return visit.seeOther(app.path, notice: "The settings were saved.")
            } catch {
                problems = FormProblems(error, fields: [])
            }
        }
        return editPage(visit, app, ApplicationFields(form: visit.form, problems: problems))
            .response(visit, status: .badRequest)
    }

    private static func setActive(_ isActive: Bool, _ visit: Visit) throws -> Response {
        let app = try visit.appInPath()
        try visit.org.setActive(isActive, app: app.id)
        return visit.seeOther(app.path, notice: isActive ? "The app is active." : "Nobody can sign in to the app now.")
    }

    // MARK: - Sign On

    private static func signOn(_ visit: Visit, _ app: Org.AppIntegration) -> ConsolePage {
        frame(
            visit,
            app,
            tab: "Sign On",
            """
            <section class="card"><h2>OpenID Connect ID Token</h2><dl><dt>Issuer</dt><dd>\(visit.org.origin)</dd>\
            <dt>Audience</dt><dd><code>\(app.clientID)</code></dd><dt>Signature</dt><dd>RS256</dd>\
            <dt>Username</dt><dd>Okta username</dd></dl></section>
            """
        )
    }

    // MARK: - Okta API Scopes

    private static func scopes(_ visit: Visit, _ app: Org.AppIntegration) -> ConsolePage {
        let table = Table(
            columns: ["Scope", "Consent", ""],
            rows: Org.apiScopes.map { scope in
                let isGranted = app.grantedScopes.contains(scope)
                let revoke = visit.postForm(
                    app.path + "/api-scopes/revoke",
                    style: "inline",
                    """
                    <input type="hidden" name="scope" value="\(scope)">\
                    <button class="small" title="Revoke \(scope)">Revoke</button>
                    """
                )
                let grant: HTML = """
                    <form action="\(app.path)/api-scopes/grant" class="inline"><input type="hidden" name="scope" \
                    value="\(scope)"><button class="small" title="Grant \(scope)">Grant</button></form>
                    """
                return [
                    "<code>\(scope)</code>",
                    isGranted
                        ? "<span class=\"badge good\">Granted</span>" : "<span class=\"faint\">Not granted</span>",
                    isGranted ? revoke : grant,
                ]
            },
            empty: ""
        )
        return frame(
            visit,
            app,
            tab: "Okta API Scopes",
            """
            <p>What the app may ask of the Okta API on behalf of the people who sign in.</p>\
            <section class="card">\(table.html)</section>
            """
        )
    }

    private static func question(_ visit: Visit) throws -> ConsolePage {
        let app = try visit.appInPath()
        let scope = try visit.scopeInForm()
        let form = visit.postForm(
            app.path + "/api-scopes/grant",
            """
            <p>\(app.label) will be able to use <code>\(scope)</code>.</p>\
            <input type="hidden" name="scope" value="\(scope)"><div class="actions">\
            <button class="primary">Grant Access</button><a class="button" href="\(app.path)/api-scopes">Cancel</a></div>
            """
        )
        return ConsolePage(Dialog(title: "Grant Okta API scope", content: form), over: .applications)
    }
}

extension Org.AppIntegration {
    /// The app's page in the console.
    var path: String { "/admin/app/\(id)" }
}

extension Visit {
    fileprivate func scopeInForm() throws(OktaFailure) -> String {
        let scope = form.text("scope")
        guard Org.apiScopes.contains(scope) else { throw .validation("scope", "There is no scope \(scope).") }
        return scope
    }
}
