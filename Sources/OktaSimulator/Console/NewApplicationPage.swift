import HTTPTypes
import Hummingbird

/// The two steps of Create App Integration: `/admin/apps/new`, a popup that asks what kind, and `/admin/apps/new/web`.
enum NewApplicationPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/apps/new") { visit in kindPage(visit).response(visit) }
        console.post("/admin/apps/new") { visit in chooseKind(visit) }
        console.get("/admin/apps/new/web") { visit in page(visit, visit.form).response(visit) }
        console.post("/admin/apps/new/web") { visit in try save(visit) }
    }

    // MARK: - What kind

    private static func kindPage(_ visit: Visit, problems: FormProblems = FormProblems()) -> ConsolePage {
        let form = visit.form
        func method(_ label: String, _ value: String, _ hint: String, isEnabled: Bool = false) -> HTML {
            Field(label: label, name: "method", hint: hint)
                .radio(value, isOn: form["method"] == value, isEnabled: isEnabled)
        }
        func kind(_ label: String, _ value: String, _ hint: String, isEnabled: Bool = false) -> HTML {
            Field(label: label, name: "kind", hint: hint)
                .radio(value, isOn: form["kind"] == value, isEnabled: isEnabled)
        }
        func problem(_ name: String) -> HTML? { problems[name].map { "<p class=\"problem\">\($0)</p>" } }
        return ConsolePage(
            Dialog(
                title: "Create a new app integration",
                content: visit.postForm(
                    "/admin/apps/new",
                    """
                    \(problems.summary)<fieldset><legend>Sign-in method</legend>\(problem("method"))\
                    \(method("OIDC - OpenID Connect", "oidc", "Tokens, for apps that sign people in.", isEnabled: true))\
                    \(method("SAML 2.0", "saml", "Not in the simulator."))\
                    \(method("SWA - Secure Web Authentication", "swa", "Not in the simulator."))\
                    \(method("API Services", "service", "Not in the simulator."))</fieldset>\
                    <fieldset><legend>Application type</legend>\(problem("kind"))\
                    \(kind("Web Application", "web", "A server that can keep a secret.", isEnabled: true))\
                    \(kind("Single-Page Application", "spa", "Not in the simulator."))\
                    \(kind("Native Application", "native", "Not in the simulator."))</fieldset>\
                    <div class="actions"><a class="button" href="\(ConsolePage.Place.applications.path)">Cancel</a>\
                    <button class="primary">Next</button></div>
                    """
                )
            ),
            over: .applications
        )
    }

    private static func chooseKind(_ visit: Visit) -> Response {
        var problems = FormProblems()
        if visit.form["method"] != "oidc" { problems["method"] = "Choose a sign-in method." }
        if visit.form["kind"] != "web" { problems["kind"] = "Choose an application type." }
        return problems.isEmpty
            ? .seeOther("/admin/apps/new/web")
            : kindPage(visit, problems: problems).response(visit, status: .badRequest)
    }

    // MARK: - The app itself

    private static func page(_ visit: Visit, _ form: Form, problems: FormProblems = FormProblems()) -> ConsolePage {
        let access = form["access"] ?? "everyone"
        func choice(_ label: String, _ value: String) -> HTML {
            Field(label: label, name: "access").radio(value, isOn: access == value)
        }
        let groups = visit.org.groups(limit: 500) { $0.kind != .builtIn }.map { ($0.id.description, $0.name) }
        let selected = Field(label: "Selected group(s)", name: "groups", problem: problems["groups"])
        return ConsolePage(
            "New Web App Integration",
            .applications,
            visit.postForm(
                "/admin/apps/new/web",
                """
                \(problems.summary)\(ApplicationFields(form: form, problems: problems).html)\
                <section class="card"><h2>Assignments</h2><fieldset><legend>Controlled access</legend>\
                \(choice("Allow everyone in your organization to access", "everyone"))\
                \(choice("Limit access to selected groups", "groups"))\
                <div class="only-groups">\(selected.select(groups, chosen: Set(form.texts("groups")), many: true))</div>\
                \(choice("Skip group assignment for now", "nobody"))</fieldset></section>\
                <div class="actions"><button class="primary">Save</button>\
                <a class="button" href="\(ConsolePage.Place.applications.path)">Cancel</a></div>
                """
            )
        )
    }

    private static func save(_ visit: Visit) throws -> Response {
        let fields = ApplicationFields(form: visit.form, problems: FormProblems())
        if let longer = fields.formWithOneMore { return page(visit, longer).response(visit) }
        var problems = fields.check()
        let groups = visit.form.texts("groups").map { Org.Group.ID($0) }
        if visit.form["access"] == "groups" && groups.isEmpty { problems["groups"] = "Choose at least one group." }
        guard problems.isEmpty else {
            return page(visit, visit.form, problems: problems).response(visit, status: .badRequest)
        }
        let app: Org.AppIntegration
        do {
            app = try visit.org.createApp(fields.settings)
        } catch {
            return page(visit, visit.form, problems: FormProblems(error, fields: [])).response(
                visit,
                status: .badRequest
            )
        }
        switch visit.form["access"] {
        case "everyone": try visit.org.assign(visit.org.everyone, to: app.id)
        case "groups": for group in groups { try visit.org.assign(group, to: app.id) }
        default: break
        }
        return visit.seeOther("/admin/app/\(app.id)", notice: "The app integration \(app.label) was created.")
    }
}
