import Hummingbird

/// `/admin/reports/log`: Reports > System Log, the latest events first.
enum SystemLogPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/reports/log") { visit in page(visit).response(visit) }
    }

    private static let pageSize = 50

    private static func page(_ visit: Visit) -> ConsolePage {
        let search = visit.form.text("search")
        let words = search.lowercased().split(separator: " ").map(String.init)
        let cursor = visit.form["after"].flatMap { Int($0) } ?? .max
        // One more than a page holds, to know whether there is a next one.
        let found = visit.org.latestLogEvents(before: cursor, limit: pageSize + 1) { $0.mentions(words) }
        let events = found.prefix(pageSize)
        let table = Table(
            columns: ["Time", "Actor", "Event", "Targets"],
            rows: events.map { event in
                [
                    "\(event.published.shown)",
                    event.actor.html,
                    "\(event.type.message)<br><code>\(event.type.rawValue)</code>",
                    "\(event.targets.map(\.html))",
                ]
            },
            empty: "No events match."
        )
        let pager = Pager(
            path: ConsolePage.Place.systemLog.path,
            query: visit.form,
            next: found.count > pageSize ? events.last.map { String($0.number) } : nil
        )
        return ConsolePage(
            "System Log",
            .systemLog,
            """
            <form class="search" role="search" action="\(ConsolePage.Place.systemLog.path)">\
            \(Field(label: "Search", name: "search", value: search).input("search"))<button>Search</button></form>\
            <section class="card">\(table.html)\(pager.html)</section>
            """
        )
    }
}

extension Org.LogEvent.Entity {
    fileprivate var html: HTML { "<div>\(displayName) <span class=\"faint\">(\(type))</span></div>" }
}
