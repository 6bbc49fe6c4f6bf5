import HTTPTypes
import Hummingbird

/// A page of the admin console: what stands in its middle, inside the frame with navigation and account.
struct ConsolePage {
    /// The places that the navigation on the left leads to.
    enum Place: String {
        case dashboard = "/admin/dashboard"
        case people = "/admin/users"
        case groups = "/admin/groups"
        case applications = "/admin/apps"
        case api = "/admin/access/api"
        case eventHooks = "/admin/workflow/eventhooks"
        case systemLog = "/admin/reports/log"
        case mailbox = "/admin/mailbox"

        var path: String { rawValue }
    }

    let title: String
    let place: Place
    let content: HTML

    /// The page with its heading, and a button or two beside it.
    init(_ title: String, _ place: Place, subtitle: HTML = "", actions: HTML = "", _ content: HTML) {
        self.title = title
        self.place = place
        self.content = """
            <div class="between"><div><h1>\(title)</h1>\(subtitle)</div><div class="row">\(actions)</div></div>\(content)
            """
    }

    init(_ dialog: Dialog, over place: Place) {
        title = dialog.title
        self.place = place
        content = dialog.html
    }

    func response(_ visit: Visit, status: HTTPResponse.Status = .ok) -> Response {
        let notice: HTML? = visit.notes.takeNotice(of: visit.session).map {
            "<div class=\"notice\" role=\"status\">\($0)</div>"
        }
        let document = Document(
            title: title,
            body: """
                <a class="skip" href="#main">Skip to content</a>\(account(visit))\
                <div class="shell"><nav class="side" aria-label="Admin console">\(navigation)</nav>\
                <main id="main">\(notice)\(content)</main></div>
                """
        )
        return document.response(status)
    }

    private func account(_ visit: Visit) -> HTML {
        """
        <header class="top"><a class="brand" href="\(Place.dashboard.path)">okta <small>simulator · admin console</small></a>\
        <div class="account"><strong>\(visit.person.login)</strong>\
        <div class="row"><code id="okta-domain">\(visit.org.shownDomain)</code>\
        <form method="post" action="/copy"><input type="hidden" name="value" value="\(visit.org.shownDomain)">\
        <button class="small" data-copy="okta-domain">Copy</button></form></div>\
        <nav aria-label="Account"><a href="/app/UserHome">My apps</a><a href="/login/signout">Sign out</a></nav>\
        </div></header>
        """
    }

    private var navigation: HTML {
        """
        <ul><li>\(link("Dashboard", .dashboard))</li>\
        <li>\(section("Directory", "/admin/directory"))<ul><li>\(link("People", .people))</li>\
        <li>\(link("Groups", .groups))</li></ul></li>\
        <li>\(link("Applications", .applications))</li>\
        <li>\(section("Security", "/admin/security"))<ul><li>\(link("API", .api))</li></ul></li>\
        <li>\(section("Workflow", "/admin/workflow"))<ul><li>\(link("Event Hooks", .eventHooks))</li></ul></li>\
        <li>\(section("Reports", "/admin/reports"))<ul><li>\(link("System Log", .systemLog))</li></ul></li>\
        <li>\(link("Mailbox", .mailbox))</li></ul>
        """
    }

    private func section(_ label: String, _ path: String) -> HTML {
        "<a href=\"\(path)\">\(label)</a>"
    }

    private func link(_ label: String, _ target: Place) -> HTML {
        "<a href=\"\(target.path)\"\(" aria-current=\"page\"", if: target == place)>\(label)</a>"
    }
}
