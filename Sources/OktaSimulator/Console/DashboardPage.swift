import Hummingbird

/// `/admin/dashboard`: what the org holds, in numbers.
enum DashboardPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin") { _ in .seeOther(ConsolePage.Place.dashboard.path) }
        console.get("/admin/dashboard") { visit in page(visit).response(visit) }
        // The headings of the navigation that have no page of their own.
        console.get("/admin/directory") { _ in .seeOther(ConsolePage.Place.people.path) }
        console.get("/admin/security") { _ in .seeOther(ConsolePage.Place.api.path) }
        console.get("/admin/workflow") { _ in .seeOther(ConsolePage.Place.eventHooks.path) }
        console.get("/admin/reports") { _ in .seeOther(ConsolePage.Place.systemLog.path) }
    }

    private static func page(_ visit: Visit) -> ConsolePage {
        let org = visit.org
        let numbers: [HTML] = [
            number(org.personCount, "People"), number(org.groupCount, "Groups"),
            number(org.apps.count, "Applications"), number(org.tokens.count, "API tokens"),
        ]
        let counts = org.personCounts
        let statuses: [HTML] = Org.Person.Status.allCases.compactMap { status in
            guard let count = counts[status], count > 0 else { return nil }
            return "<dt>\(status.badge)</dt><dd>\(count)</dd>"
        }
        return ConsolePage(
            "Dashboard",
            .dashboard,
            subtitle: "<p class=\"faint\">\(org.name)</p>",
            """
            <div class="cards">\(numbers)</div>\
            <section class="card"><h2>Organization</h2><dl><dt>Okta domain</dt><dd>\(org.shownDomain)</dd>\
            <dt>Issuer</dt><dd>\(org.origin)</dd><dt>Organization ID</dt><dd><code>\(org.organisationID)</code></dd>\
            </dl></section>\
            <section class="card"><h2>People by status</h2><dl>\(statuses)</dl></section>
            """
        )
    }

    private static func number(_ count: Int, _ label: String) -> HTML {
        "<div class=\"card\"><div class=\"number\">\(count)</div>\(label)</div>"
    }
}

extension Org.Person.Status {
    /// The status as the console shows it.
    var badge: HTML {
        let style =
            switch self {
            case .active: "good"
            case .suspended, .deprovisioned, .lockedOut: "bad"
            case .staged, .provisioned, .recovery, .passwordExpired: "pause"
            }
        return "<span class=\"badge \(style)\">\(label)</span>"
    }
}
