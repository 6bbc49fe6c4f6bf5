import HTTPTypes
import Hummingbird

/// The tab Authentication of an app: its section Logout, and what came of the last logout requests.
enum AuthenticationPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/app/:id/authentication") { visit in page(visit, try visit.appInPath()).response(visit) }
        console.get("/admin/app/:id/authentication/edit") { visit in
            let app = try visit.appInPath()
            var form = Form([("format", app.universalLogout?.subjectFormat.rawValue ?? "iss_sub")])
            form.add("endpoint", app.universalLogout?.endpoint ?? "")
            if app.universalLogout != nil { form.add("initiates", "on") }
            return editPage(visit, app, form).response(visit)
        }
        console.post("/admin/app/:id/authentication/edit") { visit in try save(visit) }
    }

    private static func path(_ app: Org.AppIntegration) -> String { app.path + "/authentication" }

    private static func page(_ visit: Visit, _ app: Org.AppIntegration) -> ConsolePage {
        let settings: HTML =
            if let logout = app.universalLogout {
                """
                <dl><dt>Global Token Revocation</dt><dd>Okta system or admin initiates logout</dd>\
                <dt>Logout endpoint URL</dt><dd><code>\(logout.endpoint)</code></dd>\
                <dt>Endpoint authentication type</dt><dd>Signed JWT</dd>\
                <dt>Subject format</dt><dd>\(logout.subjectFormat.label)</dd></dl>
                """
            } else {
                "<p class=\"faint\">The app is not told when sessions are cleared.</p>"
            }
        return ApplicationPage.frame(
            visit,
            app,
            tab: "Authentication",
            """
            <section class="card"><div class="between"><h2>Logout</h2>\
            \(OpenButton(label: "Edit", path: path(app) + "/edit", style: "small").html)</div>\(settings)</section>\
            <section class="card"><h2>Last logout requests</h2>\(deliveries(visit, app))</section>
            """
        )
    }

    private static func deliveries(_ visit: Visit, _ app: Org.AppIntegration) -> HTML {
        let last = visit.org.logouts.deliveries.filter { $0.app == app.id }.suffix(20).reversed()
        return Table(
            columns: ["Time", "Person", "Answer"],
            rows: last.map { delivery in
                let name = visit.org.person(delivery.person)?.login ?? delivery.person.description
                return [
                    "\(delivery.at.shown)", "\(name)",
                    """
                    <span class="badge \(delivery.isWell ? "good" : "bad")">\(delivery.shownStatus)</span> \
                    <span class="faint">\(delivery.answer)</span>
                    """,
                ]
            },
            empty: "Nothing was sent yet."
        ).html
    }

    private static func editPage(
        _ visit: Visit,
        _ app: Org.AppIntegration,
        _ form: Form,
        problems: FormProblems = FormProblems()
    ) -> ConsolePage {
        let initiates = Field(label: "Okta system or admin initiates logout", name: "initiates")
        let endpoint = Field(
            label: "Logout endpoint URL",
            name: "endpoint",
            value: form.text("endpoint"),
            problem: problems["endpoint"],
            hint: "https, or http on this machine. It must support Global Token Revocation."
        )
        let formats: [HTML] = Org.UniversalLogout.SubjectFormat.allCases.map { format in
            Field(label: format.label, name: "format").radio(format.rawValue, isOn: form["format"] == format.rawValue)
        }
        return ConsolePage(
            "Logout of \(app.label)",
            .applications,
            visit.postForm(
                path(app) + "/edit",
                """
                \(problems.summary)<section class="card"><fieldset><legend>Global Token Revocation</legend>\
                \(initiates.checkbox(isOn: form.has("initiates")))</fieldset>\
                \(endpoint.input(attributes: " inputmode=\"url\""))\
                <p class="faint">Endpoint authentication type: Signed JWT</p>\
                <fieldset><legend>Subject format</legend>\(formats)</fieldset></section>\
                <div class="actions"><button class="primary">Save</button>\
                <a class="button" href="\(path(app))">Cancel</a></div>
                """
            )
        )
    }

    private static func save(_ visit: Visit) throws -> Response {
        let app = try visit.appInPath()
        let format = Org.UniversalLogout.SubjectFormat(rawValue: visit.form.text("format")) ?? .issuerAndSubject
        let logout = Org.UniversalLogout(endpoint: visit.form.text("endpoint"), subjectFormat: format)
        do throws(OktaFailure) {
            try visit.org.setUniversalLogout(visit.form.has("initiates") ? logout : nil, of: app.id)
        } catch {
            let problems = FormProblems(error, fields: ["endpoint"])
            return editPage(visit, app, visit.form, problems: problems).response(visit, status: .badRequest)
        }
        return visit.seeOther(path(app), notice: "The settings were saved.")
    }
}

extension Org.LogoutDelivery {
    fileprivate var isWell: Bool { status == 204 }
    fileprivate var shownStatus: String { status.map { "HTTP \($0)" } ?? "–" }
}
