import Access
import Directory
import Storage
import WebUI

/// *Allowed Sites*: the remote sites that the members of every chosen group may reach, and below them, group by group,
/// what else they may.
struct AllowedSites: Component {
    let sites: [Site]
    let chosen: [GroupEntry]
    let grants: [Grant]
    let form: PreferencesForm

    var html: HTML {
        guard !sites.isEmpty else { return Card("Allowed Sites", none.html).html }
        return Card("Allowed Sites", list.html + groupByGroup).html
    }

    private var none: EmptyState {
        EmptyState(
            "No remote sites yet",
            "A site is a private network. Without one, users can sign in and reach nothing.",
            action: "\(Button("Open Sites", .secondary, to: Section.sites.path))"
        )
    }

    private var list: CheckboxList {
        CheckboxList(
            "Remote Sites",
            name: PreferencesForm.Name.sites,
            options: sites.map { site in
                Choice(
                    site.name,
                    value: site.id.rawValue,
                    hint: site.addressRange.description,
                    isChosen: form.sites.contains(site.id)
                )
            },
            hint: "Select the sites that members of every chosen group may reach. One group can be given more below."
        )
    }

    private var groupByGroup: HTML {
        guard !chosen.isEmpty else { return .empty }
        let names = Dictionary(uniqueKeysWithValues: sites.map { ($0.id, $0.name) })
        let own = Dictionary(grouping: grants, by: \.scope)
        let rows = chosen.map { entry -> [HTML] in
            let sites = (own[.group(entry.id)] ?? []).compactMap { names[$0.site] }.sorted()
            return [
                "\(isolated: entry.group.name)",
                sites.isEmpty
                    ? "<span class=\"soft\">As every group</span>" : "\(isolated: sites.joined(separator: ", "))",
                Link("Change", to: OktaPath.group(entry.id), context: entry.group.name).html,
            ]
        }
        let table = DataTable(
            "Sites for one group",
            columns: [.init("Group"), .init("Also allowed"), .init("Actions", isUnseen: true)],
            rows: rows,
            captionIsUnseen: true
        )
        let count = own.keys.count { $0 != .everyChosenGroup }
        return Disclosure("Sites for one group (\(count) with sites of their own)", table.html).html
    }
}
