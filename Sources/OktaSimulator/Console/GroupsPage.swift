import HTTPTypes
import Hummingbird

/// `/admin/groups`: Directory > Groups, and the popup Add group.
enum GroupsPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/groups") { visit in page(visit).response(visit) }
        console.get("/admin/groups/new") { visit in newPage(visit).response(visit) }
        console.post("/admin/groups/new") { visit in create(visit) }
    }

    private static let pageSize = 50

    private static func page(_ visit: Visit) -> ConsolePage {
        let search = visit.form.text("search")
        let wanted = search.lowercased()
        let apps = visit.org.apps
        let found = visit.org.groups(after: visit.form["after"].map { Org.Group.ID($0) }, limit: pageSize + 1) {
            group in
            wanted.isEmpty || group.name.lowercased().contains(wanted)
        }
        let groups = found.prefix(pageSize)
        let table = Table(
            columns: ["Group name", "People", "Applications"],
            rows: groups.map { group in
                [
                    """
                    <a href="/admin/group/\(group.id.description)">\(group.name)</a><br>\
                    <span class="faint">\(group.description ?? "No description")</span>
                    """,
                    "\(visit.org.memberCount(of: group.id))",
                    "\(apps.count { $0.assignedGroups[group.id] != nil })",
                ]
            },
            empty: "No groups match."
        )
        let pager = Pager(
            path: ConsolePage.Place.groups.path,
            query: visit.form,
            next: found.count > pageSize ? groups.last?.id.description : nil
        )
        return ConsolePage(
            "Groups",
            .groups,
            actions: OpenButton(label: "Add group", path: "/admin/groups/new", style: "primary").html,
            """
            <form class="search" role="search" action="/admin/groups">\
            \(Field(label: "Search", name: "search", value: search).input("search"))<button>Search</button></form>\
            <section class="card">\(table.html)\(pager.html)</section>
            """
        )
    }

    private static func newPage(_ visit: Visit, problems: FormProblems = FormProblems()) -> ConsolePage {
        let fields = GroupFields(form: visit.form, problems: problems)
        return ConsolePage(
            Dialog(
                title: "Add group",
                content: visit.postForm("/admin/groups/new", fields.html(cancel: "/admin/groups"))
            ),
            over: .groups
        )
    }

    private static func create(_ visit: Visit) -> Response {
        do throws(OktaFailure) {
            let group = try visit.org.createGroup(
                visit.form.text("name"),
                description: GroupFields.description(visit.form)
            )
            return visit.seeOther(ConsolePage.Place.groups.path, notice: "The group \(group.name) was added.")
        } catch {
            let problems = FormProblems(error, fields: GroupFields.names)
            return newPage(visit, problems: problems).response(visit, status: .badRequest)
        }
    }
}

/// Name and description, to make a group or to rename it.
struct GroupFields {
    let form: Form
    let problems: FormProblems

    static let names: Set<String> = ["name", "description"]

    static func description(_ form: Form) -> String? {
        let text = form.text("description")
        return text.isEmpty ? nil : text
    }

    func html(cancel: String) -> HTML {
        let name = Field(label: "Name", name: "name", value: form.text("name"), problem: problems["name"])
        let description = Field(
            label: "Description (optional)",
            name: "description",
            value: form.text("description"),
            problem: problems["description"]
        )
        return """
            \(problems.summary)\(name.input(attributes: " autofocus"))\(description.input())\
            <div class="actions"><button class="primary">Save</button><a class="button" href="\(cancel)">Cancel</a></div>
            """
    }
}
