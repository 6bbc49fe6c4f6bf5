import Directory
import Storage
import WebUI

/// *Mapping*: the Okta groups to choose from, the ticked ones first.
struct Mapping: Component {
    /// For links to it.
    static let id = "mapping"
    /// How many groups that are not ticked are shown at once; a search finds the others.
    static let most = 200

    let entries: [GroupEntry]
    let form: PreferencesForm
    let errors: FormErrors

    var html: HTML {
        Card("Mapping", id: Self.id, list.html + more).html
    }

    private var list: CheckboxList {
        let refresh = Button("Refresh", .secondary, name: PreferencesForm.Name.action, value: "refresh")
        return CheckboxList(
            "Okta groups",
            name: PreferencesForm.Name.groups,
            options: (ticked + others.prefix(Self.most)).map(option),
            total: entries.count,
            hint: "Choose the groups to synchronize. Users in the groups you choose are added to the Okta Users team.",
            errors: errors,
            search: .init("Search groups", value: form.search, more: refresh.html),
            empty: empty
        )
    }

    private var ticked: [GroupEntry] { entries.filter { form.groups.contains($0.id) } }

    private var others: [GroupEntry] {
        let words = form.search.lowercased().split(whereSeparator: \.isWhitespace)
        return entries.filter { entry in
            let name = entry.group.name.lowercased()
            return !form.groups.contains(entry.id) && words.allSatisfy { name.contains($0) }
        }
    }

    private func option(_ entry: GroupEntry) -> Choice {
        let count = entry.memberCount.map { "\(Counts.grouped($0)) member\($0 == 1 ? "" : "s")" }
        return Choice(
            entry.group.name,
            value: entry.id.rawValue,
            hint: count,
            badge: entry.missingSince == nil ? nil : Badge("Not found in Okta", .warning),
            isChosen: form.groups.contains(entry.id)
        )
    }

    private var more: HTML {
        let found = others.count
        if found > Self.most {
            return """
                <p class="soft small">\(Self.most) of \(Counts.grouped(found)) further groups are shown. Search to find \
                the others.</p>
                """
        }
        guard found == 0, !form.search.isEmpty else { return .empty }
        return "<p class=\"soft small\">No further group matches “\(form.search)”.</p>"
    }

    private var empty: HTML {
        guard entries.isEmpty else { return .empty }
        return EmptyState("No groups yet", "Create a group in Okta, then choose Refresh to see it here.").html
    }
}
