import HTTPTypes
import Hummingbird

/// `/admin/group/ID`: a group's people and applications; rename and delete.
enum GroupPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/group/:id") { visit in people(visit, try visit.groupInPath()).response(visit) }
        console.get("/admin/group/:id/apps") { visit in apps(visit, try visit.groupInPath()).response(visit) }
        console.get("/admin/group/:id/edit") { visit in
            let group = try visit.groupInPath()
            let form = Form([("name", group.name), ("description", group.description ?? "")])
            return editPage(visit, group, form).response(visit)
        }
        console.post("/admin/group/:id/edit") { visit in try rename(visit) }
        console.get("/admin/group/:id/delete") { visit in question(visit, try visit.groupInPath()).response(visit) }
        console.post("/admin/group/:id/delete") { visit in
            let group = try visit.groupInPath()
            try visit.org.deleteGroup(group.id)
            return visit.seeOther(ConsolePage.Place.groups.path, notice: "The group \(group.name) was deleted.")
        }
        console.get("/admin/group/:id/assign") { visit in
            let group = try visit.groupInPath()
            return picker(visit, group).response(visit, over: .groups)
        }
        console.post("/admin/group/:id/assign") { visit in
            let group = try visit.groupInPath()
            let person = Org.Person.ID(visit.form.text("id"))
            try visit.org.addMember(person, to: group.id)
            let name = visit.org.person(person)?.name ?? ""
            return Picker.back(visit, to: path(group) + "/assign", notice: "\(name) is in \(group.name) now.")
        }
        console.post("/admin/group/:id/remove") { visit in
            let group = try visit.groupInPath()
            let person = Org.Person.ID(visit.form.text("id"))
            try visit.org.removeMember(person, from: group.id)
            let name = visit.org.person(person)?.name ?? ""
            return visit.seeOther(path(group), notice: "\(name) was removed from \(group.name).")
        }
    }

    private static func path(_ group: Org.Group) -> String { "/admin/group/\(group.id)" }

    private static func page(_ visit: Visit, _ group: Org.Group, tab: String, _ content: HTML) -> ConsolePage {
        let isEditable = group.kind == .okta
        let edit = OpenButton(label: "Edit", path: path(group) + "/edit").html
        let delete = OpenButton(label: "Delete", path: path(group) + "/delete", style: "danger").html
        let note: HTML? = isEditable ? nil : "<p class=\"notice note\">\(readOnlyNote(group))</p>"
        let tabs = Tabs(
            label: "Group",
            tabs: [("People", path(group)), ("Applications", path(group) + "/apps")],
            current: tab
        )
        return ConsolePage(
            group.name,
            .groups,
            subtitle: "<p class=\"faint\">\(group.description ?? "No description")</p>",
            actions: isEditable ? "\(edit)\(delete)" : "",
            "\(note)\(tabs.html(content))"
        )
    }

    private static func readOnlyNote(_ group: Org.Group) -> String {
        group.kind == .builtIn
            ? "All people are in this group. It cannot be changed."
            : "This group is imported from an app, which alone changes it."
    }

    private static func people(_ visit: Visit, _ group: Org.Group) -> ConsolePage {
        let size = 50
        let after = visit.form["after"].map { Org.Person.ID($0) }
        let found = (try? visit.org.members(of: group.id, after: after, limit: size + 1)) ?? []
        let members = found.prefix(size)
        let table = Table(
            columns: ["Person & username", "Status", ""],
            rows: members.map { person in
                let remove = visit.postForm(
                    path(group) + "/remove",
                    style: "inline",
                    """
                    <input type="hidden" name="id" value="\(person.id.description)">\
                    <button class="small" title="Remove \(person.name)">Remove</button>
                    """
                )
                return [
                    """
                    <a href="/admin/user/\(person.id.description)">\(person.name)</a><br>\
                    <span class="faint">\(person.login)</span>
                    """,
                    person.status.badge,
                    group.kind == .okta ? remove : "",
                ]
            },
            empty: "Nobody is in this group yet."
        )
        let pager = Pager(
            path: path(group),
            query: visit.form,
            next: found.count > size ? members.last?.id.description : nil
        )
        let assign: HTML? =
            group.kind == .okta
            ? OpenButton(label: "Assign people", path: path(group) + "/assign", style: "primary").html : nil
        let count = visit.org.memberCount(of: group.id)
        return page(
            visit,
            group,
            tab: "People",
            """
            <div class="between"><p>\(count == 1 ? "1 person" : "\(count) people")</p>\(assign)</div>\
            <section class="card">\(table.html)\(pager.html)</section>
            """
        )
    }

    private static func apps(_ visit: Visit, _ group: Org.Group) -> ConsolePage {
        let table = Table(
            columns: ["Application", "Assigned"],
            rows: visit.org.apps.compactMap { app in
                app.assignedGroups[group.id].map { assignment in
                    [
                        "<a href=\"/admin/app/\(app.id.description)/assignments\">\(app.label)</a>",
                        "\(assignment.at.shown)",
                    ]
                }
            },
            empty: "No applications are assigned to this group."
        )
        return page(visit, group, tab: "Applications", "<section class=\"card\">\(table.html)</section>")
    }

    private static func picker(_ visit: Visit, _ group: Org.Group) -> Picker {
        Picker(
            title: "Assign people to \(group.name)",
            path: path(group) + "/assign",
            done: path(group),
            rows: Picker.people(visit) { visit.org.isMember($0, of: group.id) },
            empty: "No people match."
        )
    }

    private static func editPage(
        _ visit: Visit,
        _ group: Org.Group,
        _ form: Form,
        problems: FormProblems = FormProblems()
    ) -> ConsolePage {
        let fields = GroupFields(form: form, problems: problems).html(cancel: path(group))
        return ConsolePage(
            Dialog(title: "Edit group", content: visit.postForm(path(group) + "/edit", fields)),
            over: .groups
        )
    }

    private static func rename(_ visit: Visit) throws -> Response {
        let group = try visit.groupInPath()
        do throws(OktaFailure) {
            let description = GroupFields.description(visit.form)
            try visit.org.renameGroup(group.id, to: visit.form.text("name"), description: description)
        } catch {
            let problems = FormProblems(error, fields: GroupFields.names)
            return editPage(visit, group, visit.form, problems: problems).response(visit, status: .badRequest)
        }
        return visit.seeOther(path(group), notice: "The group was saved.")
    }

    private static func question(_ visit: Visit, _ group: Org.Group) -> ConsolePage {
        let content: HTML = """
            <p>Its people stay, and lose the apps that they had only through this group. This cannot be undone.</p>\
            <div class="row">\(visit.postButton("Delete", path(group) + "/delete", style: "danger"))\
            <a class="button" href="\(path(group))">Cancel</a></div>
            """
        return ConsolePage(Dialog(title: "Delete \(group.name)?", content: content), over: .groups)
    }
}
