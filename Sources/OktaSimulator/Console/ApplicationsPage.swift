import Hummingbird

/// `/admin/apps`: Applications.
enum ApplicationsPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/apps") { visit in page(visit).response(visit) }
    }

    private static func page(_ visit: Visit) -> ConsolePage {
        let table = Table(
            columns: ["Application", "Client ID", "Status"],
            rows: visit.org.apps.map { app in
                [
                    "<a href=\"/admin/app/\(app.id.description)\">\(app.label)</a>",
                    "<code>\(app.clientID)</code>",
                    app.badge,
                ]
            },
            empty: "There are no applications yet."
        )
        return ConsolePage(
            "Applications",
            .applications,
            actions: OpenButton(label: "Create App Integration", path: "/admin/apps/new", style: "primary").html,
            "<section class=\"card\">\(table.html)</section>"
        )
    }
}

extension Org.AppIntegration {
    var badge: HTML {
        isActive ? "<span class=\"badge good\">Active</span>" : "<span class=\"badge bad\">Inactive</span>"
    }
}
