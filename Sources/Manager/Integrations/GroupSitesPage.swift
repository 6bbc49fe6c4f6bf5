import Access
import Directory
import Hummingbird
import SignIn
import Storage
import WebUI

/// The remote sites that the members of one group may reach, beside those of every chosen group.
struct GroupSitesPage: Sendable {
    let shell: Shell

    func add(to router: Router<WebContext>) {
        router.get("/settings/integrations/okta/groups/{group}", use: show)
        router.post("/settings/integrations/okta/groups/{group}", use: confirm)
    }

    @Sendable
    private func confirm(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let group = try await entry(context).group
        let known = Set(try await shell.store.sites().map(\.id))
        let sites = Set(try await request.form().values(PreferencesForm.Name.sites).map { Site.ID($0) })
        let others = try await shell.store.grants().filter { $0.scope != .group(group.id) }
        let own = sites.intersection(known).map { Grant(scope: .group(group.id), site: $0) }
        try await shell.store.setGrants(Set(others + own), by: visitor.actor)
        return context.seeOther(
            OktaPath.preferences,
            flash: Flash("Allowed sites of \(group.name) saved. They hold at once.")
        )
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let entry = try await entry(context)
        let sites = try await shell.store.sites()
        let grants = try await shell.store.grants()
        let content =
            visitor.mayChange
            ? PostForm(OktaPath.group(entry.id), csrf: visitor.csrf, list(sites, grants, entry) + buttons).html
            : readOnly(sites, grants, entry)
        let missing = Notice(
            "Okta does not have this group now.",
            .warning,
            detail: "What is allowed here holds again when the same group returns."
        )
        let sheet = Shell.Sheet(
            title: entry.group.name,
            badge: entry.missingSince == nil ? nil : Badge("Not found in Okta", .warning),
            intro: "Allowed sites of one Okta group.",
            trail: [Link("Integrations", to: OktaPath.integrations), Link("Okta Integration", to: OktaPath.window)],
            content: "\(entry.missingSince == nil ? nil : missing)\(Card(content))"
        )
        return try await shell.page(sheet, in: .settings, for: visitor, context)
    }

    private func entry(_ context: WebContext) async throws -> GroupEntry {
        let id = Group.ID(try context.parameters.require("group"))
        guard let entry = try await shell.store.groups().first(where: { $0.id == id }) else {
            throw HTTPError(.notFound)
        }
        return entry
    }

    private var buttons: HTML {
        (Button("Confirm").html + Button("Cancel", .plain, to: OktaPath.preferences).html).within("actions")
    }

    private func list(_ sites: [Site], _ grants: [Grant], _ entry: GroupEntry) -> HTML {
        CheckboxList(
            "Remote Sites",
            name: PreferencesForm.Name.sites,
            options: sites.map { site in
                let forAll = grants.contains(Grant(scope: .everyChosenGroup, site: site.id))
                return Choice(
                    site.name,
                    value: site.id.rawValue,
                    hint: site.addressRange.description + (forAll ? " · allowed for every chosen group" : ""),
                    isChosen: grants.contains(Grant(scope: .group(entry.id), site: site.id))
                )
            },
            hint: "Members of this group may reach these sites, and those of every chosen group.",
            empty: EmptyState("No remote sites yet", "Add a site first; then it can be allowed here.").html
        ).html
    }

    private func readOnly(_ sites: [Site], _ grants: [Grant], _ entry: GroupEntry) -> HTML {
        let names = sites.filter { site in
            grants.contains { $0.site == site.id && [.everyChosenGroup, .group(entry.id)].contains($0.scope) }
        }
        guard !names.isEmpty else { return "<p>No site is allowed for this group.</p>" }
        return "<ul class=\"losses\">\(names.map { "<li>\(isolated: $0.name)</li>" as HTML })</ul>"
    }
}
