import Hummingbird

/// `/admin/users`: Directory > People.
enum PeoplePage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/users") { visit in page(visit).response(visit) }
    }

    private static let pageSize = 50

    private static func page(_ visit: Visit) -> ConsolePage {
        let search = visit.form.text("search")
        let status = Org.Person.Status(rawValue: visit.form.text("status"))
        let after = visit.form["after"].map { Org.Person.ID($0) }
        // One more than a page holds, to know whether there is a next one.
        let found = visit.org.people(after: after, limit: pageSize + 1) { person in
            (status == nil || person.status == status) && person.matches(search)
        }
        let people = found.prefix(pageSize)
        let table = Table(
            columns: ["Person & username", "Primary email", "Status"],
            rows: people.map { person in
                [
                    """
                    <a href="/admin/user/\(person.id.description)">\(person.name)</a><br>\
                    <span class="faint">\(person.login)</span>
                    """,
                    "\(person.profile.email)",
                    person.status.badge,
                ]
            },
            empty: "No people match."
        )
        return ConsolePage(
            "People",
            .people,
            actions: OpenButton(label: "Add Person", path: "/admin/users/new", style: "primary").html,
            """
            \(searchForm(search, status))\
            <section class="card">\(table.html)\
            \(pager(visit, next: found.count > pageSize ? people.last?.id : nil))</section>
            """
        )
    }

    private static func searchForm(_ search: String, _ status: Org.Person.Status?) -> HTML {
        let statuses = [("", "Everyone")] + Org.Person.Status.allCases.map { ($0.rawValue, $0.label) }
        return """
            <form class="search" role="search" action="/admin/users">\
            \(Field(label: "Search", name: "search", value: search).input("search"))\
            \(Field(label: "Status", name: "status").select(statuses, chosen: [status?.rawValue ?? ""]))\
            <button>Search</button></form>
            """
    }

    private static func pager(_ visit: Visit, next: Org.Person.ID?) -> HTML? {
        Pager(path: "/admin/users", query: visit.form, next: next?.description).html
    }
}

/// The way to the following page of a list, and back to the first.
struct Pager {
    let path: String
    let query: Form
    /// The cursor of the next page; nil on the last.
    let next: String?

    var html: HTML? {
        let isFirst = !query.has("after")
        if isFirst && next == nil { return nil }
        var rest = query
        rest.remove("after")
        let first: HTML = isFirst ? "<span></span>" : "<a href=\"\(path)?\(rest.encoded)\">First page</a>"
        let following: HTML? = next.map { cursor in
            var query = rest
            query.add("after", cursor)
            return "<a href=\"\(path)?\(query.encoded)\" rel=\"next\">Next page</a>"
        }
        return "<nav class=\"pages\" aria-label=\"Pages\">\(first)\(following)</nav>"
    }
}

extension Org.Person {
    /// Whether name, username or e-mail contain the text, without regard to case.
    func matches(_ text: String) -> Bool {
        if text.isEmpty { return true }
        let wanted = text.lowercased()
        return [name, login, profile.email].contains { $0.lowercased().contains(wanted) }
    }
}
