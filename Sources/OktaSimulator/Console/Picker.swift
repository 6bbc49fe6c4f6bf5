import HTTPTypes
import Hummingbird

/// A popup that assigns one thing after another: people to a group, groups to an app.
struct Picker {
    struct Row {
        let id: String
        let name: String
        let detail: String
        let isAssigned: Bool
    }

    let title: String
    /// The address of the popup itself; its POST assigns the id in the field `id`.
    let path: String
    let done: String
    /// What matches the search, at most as many as shall be shown.
    let rows: [Row]
    let empty: String

    /// How many rows a popup shows; the search finds the others.
    static let limit = 25

    func response(_ visit: Visit, over place: ConsolePage.Place) -> Response {
        let search = visit.form.text("search")
        let table = Table(
            columns: ["Name", "Details", ""],
            rows: rows.map { row in
                let button: HTML =
                    row.isAssigned
                    ? "<span class=\"badge good\">Assigned</span>"
                    : visit.postForm(
                        path,
                        style: "inline",
                        """
                        <input type="hidden" name="id" value="\(row.id)"><input type="hidden" name="search" value="\(search)">\
                        <button class="small" title="Assign \(row.name)">Assign</button>
                        """
                    )
                return ["\(row.name)", "<span class=\"faint\">\(row.detail)</span>", button]
            },
            empty: empty
        )
        let more: HTML? =
            rows.count < Self.limit
            ? nil : "<p class=\"faint\">The first \(Self.limit) are shown. Search for others.</p>"
        let dialog = Dialog(
            title: title,
            content: """
                <form class="search" role="search" action="\(path)">\
                \(Field(label: "Search", name: "search", value: search).input("search"))<button>Search</button></form>\
                \(table.html)\(more)<div class="actions">\(OpenButton(label: "Done", path: done, style: "primary").html)</div>
                """
        )
        return ConsolePage(dialog, over: place).response(visit)
    }

    /// Back to the popup after an assignment, with the search kept.
    static func back(_ visit: Visit, to path: String, notice: String) -> Response {
        let search = visit.form.text("search")
        return visit.seeOther(search.isEmpty ? path : "\(path)?search=\(search.formEncoded)", notice: notice)
    }

    /// Everybody who can be picked and matches the search.
    static func people(_ visit: Visit, isAssigned: (Org.Person.ID) -> Bool) -> [Row] {
        let search = visit.form.text("search")
        let people = visit.org.people(limit: limit) { $0.status != .deprovisioned && $0.matches(search) }
        return people.map { person in
            Row(
                id: person.id.description,
                name: person.name,
                detail: person.login,
                isAssigned: isAssigned(person.id)
            )
        }
    }
}
