import HTTPTypes
import Hummingbird

/// The tab Assignments of an app, and the popups that assign people and groups to it.
enum AssignmentPages {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/app/:id/assignments") { visit in page(visit, try visit.appInPath()).response(visit) }
        console.get("/admin/app/:id/assign/people") { visit in
            let app = try visit.appInPath()
            return Picker(
                title: "Assign \(app.label) to People",
                path: app.path + "/assign/people",
                done: app.path + "/assignments",
                rows: Picker.people(visit) { app.assignedPeople[$0] != nil },
                empty: "No people match."
            ).response(visit, over: .applications)
        }
        console.get("/admin/app/:id/assign/groups") { visit in
            let app = try visit.appInPath()
            return groupPicker(visit, app).response(visit, over: .applications)
        }
        console.post("/admin/app/:id/assign/people") { visit in
            let app = try visit.appInPath()
            try visit.org.assign(Org.Person.ID(visit.form.text("id")), to: app.id)
            return Picker.back(visit, to: app.path + "/assign/people", notice: "The person was assigned.")
        }
        console.post("/admin/app/:id/assign/groups") { visit in
            let app = try visit.appInPath()
            try visit.org.assign(Org.Group.ID(visit.form.text("id")), to: app.id)
            return Picker.back(visit, to: app.path + "/assign/groups", notice: "The group was assigned.")
        }
        console.post("/admin/app/:id/unassign/people") { visit in
            let app = try visit.appInPath()
            try visit.org.unassign(Org.Person.ID(visit.form.text("id")), from: app.id)
            return visit.seeOther(app.path + "/assignments", notice: "The assignment was removed.")
        }
        console.post("/admin/app/:id/unassign/groups") { visit in
            let app = try visit.appInPath()
            try visit.org.unassign(Org.Group.ID(visit.form.text("id")), from: app.id)
            return visit.seeOther(app.path + "/assignments", notice: "The assignment was removed.")
        }
    }

    private static func page(_ visit: Visit, _ app: Org.AppIntegration) -> ConsolePage {
        let people = app.assignedPeople.keys.sorted().compactMap(visit.org.person)
        let groups = app.assignedGroups.sorted { $0.value.priority < $1.value.priority }.compactMap {
            visit.org.group($0.key)
        }
        func remove(_ kind: String, _ id: String, _ name: String) -> HTML {
            visit.postForm(
                "\(app.path)/unassign/\(kind)",
                style: "inline",
                """
                <input type="hidden" name="id" value="\(id)">\
                <button class="small" title="Remove \(name)">Remove</button>
                """
            )
        }
        let groupTable = Table(
            columns: ["Group", "People", ""],
            rows: groups.map { group in
                [
                    "<a href=\"/admin/group/\(group.id.description)\">\(group.name)</a>",
                    "\(visit.org.memberCount(of: group.id))",
                    remove("groups", group.id.description, group.name),
                ]
            },
            empty: "No groups are assigned."
        )
        let personTable = Table(
            columns: ["Person", "Status", ""],
            rows: people.map { person in
                [
                    """
                    <a href="/admin/user/\(person.id.description)">\(person.name)</a><br>\
                    <span class="faint">\(person.login)</span>
                    """,
                    person.status.badge,
                    remove("people", person.id.description, person.name),
                ]
            },
            empty: "No people are assigned by themselves."
        )
        return ApplicationPage.frame(
            visit,
            app,
            tab: "Assignments",
            """
            <div class="row toolbar">\(OpenButton(label: "Assign to People", path: app.path + "/assign/people").html)\
            \(OpenButton(label: "Assign to Groups", path: app.path + "/assign/groups").html)</div>\
            <section class="card"><h2>Groups</h2>\(groupTable.html)</section>\
            <section class="card"><h2>People</h2>\(personTable.html)</section>
            """
        )
    }

    private static func groupPicker(_ visit: Visit, _ app: Org.AppIntegration) -> Picker {
        let wanted = visit.form.text("search").lowercased()
        let groups = visit.org.groups(limit: Picker.limit) { group in
            wanted.isEmpty || group.name.lowercased().contains(wanted)
        }
        return Picker(
            title: "Assign \(app.label) to Groups",
            path: app.path + "/assign/groups",
            done: app.path + "/assignments",
            rows: groups.map { group in
                Picker.Row(
                    id: group.id.description,
                    name: group.name,
                    detail: group.description ?? "",
                    isAssigned: app.assignedGroups[group.id] != nil
                )
            },
            empty: "No groups match."
        )
    }
}
