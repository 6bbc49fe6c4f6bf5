import HTTPTypes
import Hummingbird

/// Security > API, with the tabs Authorization Servers (`/admin/access/api`) and Tokens (`/admin/access/api/tokens`).
enum TokensPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/access/api") { visit in servers(visit).response(visit) }
        console.get("/admin/access/api/tokens") { visit in tokens(visit).response(visit) }
        console.get("/admin/access/api/tokens/new") { visit in newPage(visit).response(visit) }
        console.post("/admin/access/api/tokens/new", for: .administrators) { visit in create(visit) }
        console.get("/admin/access/api/tokens/:id/created") { visit in try createdPage(visit).response(visit) }
        console.get("/admin/access/api/tokens/:id/revoke") { visit in try question(visit).response(visit) }
        console.post("/admin/access/api/tokens/:id/revoke") { visit in
            let token = try visit.tokenInPath()
            try visit.org.revokeToken(token.id)
            return visit.seeOther(path, notice: "The token \(token.name) was revoked.")
        }
    }

    private static let path = "/admin/access/api/tokens"

    private static func frame(tab: String, actions: HTML = "", _ content: HTML) -> ConsolePage {
        let tabs = Tabs(
            label: "API",
            tabs: [("Authorization Servers", "/admin/access/api"), ("Tokens", path)],
            current: tab
        )
        return ConsolePage("API", .api, actions: actions, tabs.html(content))
    }

    private static func servers(_ visit: Visit) -> ConsolePage {
        let table = Table(
            columns: ["Name", "Issuer URI", "Status"],
            rows: [
                [
                    "Org authorization server", "<code>\(visit.org.origin)</code>",
                    "<span class=\"badge good\">Active</span>",
                ]
            ],
            empty: ""
        )
        return frame(tab: "Authorization Servers", "<section class=\"card\">\(table.html)</section>")
    }

    private static func tokens(_ visit: Visit) -> ConsolePage {
        let table = Table(
            columns: ["Token name", "Created by", "Created", "Expires", "Last used", ""],
            rows: visit.org.tokens.map { token in
                [
                    "\(token.name)",
                    "\(visit.org.person(token.owner)?.login ?? "–")",
                    "\(token.created.shown)",
                    "\(token.expires.shown)",
                    "\(token.lastUsed?.shown ?? "Never")",
                    """
                    <form action="\(path)/\(token.id.description)/revoke" class="inline">\
                    <button class="small" title="Revoke \(token.name)">Revoke</button></form>
                    """,
                ]
            },
            empty: "There are no tokens yet."
        )
        return frame(
            tab: "Tokens",
            actions: OpenButton(label: "Create Token", path: path + "/new", style: "primary").html,
            """
            <p>A token has the rights of the administrator who made it, and ends when it has not been used for 30 days.</p>\
            <section class="card">\(table.html)</section>
            """
        )
    }

    private static func newPage(_ visit: Visit, problems: FormProblems = FormProblems()) -> ConsolePage {
        let name = Field(
            label: "Name",
            name: "name",
            value: visit.form.text("name"),
            problem: problems["name"],
            hint: "Say what the token is for."
        )
        let form = visit.postForm(
            path + "/new",
            """
            \(problems.summary)\(name.input(attributes: " autofocus autocomplete=\"off\""))\
            <div class="actions"><button class="primary">Create Token</button>\
            <a class="button" href="\(path)">Cancel</a></div>
            """
        )
        return ConsolePage(Dialog(title: "Create Token", content: form), over: .api)
    }

    private static func create(_ visit: Visit) -> Response {
        do throws(OktaFailure) {
            let (token, value) = try visit.org.createToken(visit.form.text("name"), owner: visit.person.id)
            visit.notes.leaveToken(token.id, value: value, for: visit.session)
            return .seeOther("\(path)/\(token.id)/created")
        } catch {
            return newPage(visit, problems: FormProblems(error, fields: ["name"])).response(visit, status: .badRequest)
        }
    }

    private static func createdPage(_ visit: Visit) throws(OktaFailure) -> ConsolePage {
        let token = try visit.tokenInPath()
        let done = OpenButton(label: "OK, got it", path: path, style: "primary").html
        guard let value = visit.notes.takeToken(token.id, of: visit.session) else {
            let content: HTML = """
                <p>Its value was shown once and is not kept. Revoke the token and make another if it was lost.</p>\
                <div class="actions">\(done)</div>
                """
            return ConsolePage(Dialog(title: token.name, content: content), over: .api)
        }
        let box = CopyBox(label: "Token Value", name: "token", value: value, button: "Copy to Clipboard")
        let dialog = Dialog(
            title: "Token created successfully!",
            content: """
                <p>Copy the value of <strong>\(token.name)</strong> now. It is shown only this once.</p>\(box.html)\
                <div class="actions">\(done)</div>
                """
        )
        return ConsolePage(dialog, over: .api)
    }

    private static func question(_ visit: Visit) throws(OktaFailure) -> ConsolePage {
        let token = try visit.tokenInPath()
        let content: HTML = """
            <p>Whatever uses it is refused from now on. This cannot be undone.</p><div class="row">\
            \(visit.postButton("Revoke Token", "\(path)/\(token.id)/revoke", style: "danger"))\
            <a class="button" href="\(path)">Cancel</a></div>
            """
        return ConsolePage(Dialog(title: "Revoke \(token.name)?", content: content), over: .api)
    }
}
