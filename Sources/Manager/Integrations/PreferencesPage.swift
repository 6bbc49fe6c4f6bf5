import Access
import Directory
import Foundation
import Hummingbird
import SignIn
import Storage
import Sync
import WebUI

/// The tab *Preferences* of the Okta Integration window: Synchronization Status, Mapping, Allowed Sites, Remote Access.
struct PreferencesPage: Sendable {
    let shell: Shell

    func add(to router: Router<WebContext>) {
        router.get("/settings/integrations/okta", use: show)
        router.get("/settings/integrations/okta/preferences", use: show)
        router.post("/settings/integrations/okta/preferences", use: confirm)
    }

    /// Before the integration is enabled there is nothing to prefer: the window opens at Configuration.
    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        guard let integration = try await shell.store.oktaIntegration() else {
            return try await ConfigurationPage(shell: shell).page(ConfigurationForm(nil), nil, request, context)
        }
        let kept = try await Kept(shell.store)
        let form = PreferencesForm(integration, entries: kept.entries, grants: kept.grants)
        return try await page(form, integration, kept, for: visitor, request, context)
    }

    @Sendable
    private func confirm(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        guard let integration = try await shell.store.oktaIntegration() else { return .seeOther(OktaPath.window) }
        let posted = try await request.form(limit: PreferencesForm.largest)
        var kept = try await Kept(shell.store)
        var notice: Notice?
        switch posted.value(PreferencesForm.Name.action) {
        case "refresh":
            notice = await refresh()
            kept = try await Kept(shell.store)
        case "search": break
        case "preview":
            let form = PreferencesForm(posted, entries: kept.entries, known: kept.sites)
            notice = await preview(form)
        default:
            let form = PreferencesForm(posted, entries: kept.entries, known: kept.sites)
            guard form.errors.isEmpty else {
                return try await page(form, integration, kept, errors: form.errors, for: visitor, request, context)
            }
            return try await save(form, integration, kept, for: visitor, context)
        }
        let form = PreferencesForm(posted, entries: kept.entries, known: kept.sites)
        return try await page(form, integration, kept, notice: notice, for: visitor, request, context)
    }

    /// What is taken away ends at once; what is given comes with the synchronization that starts here.
    private func save(
        _ form: PreferencesForm,
        _ integration: OktaIntegration,
        _ kept: Kept,
        for visitor: Visitor,
        _ context: WebContext
    ) async throws -> Response {
        let store = shell.store
        let own = kept.grants.filter { $0.scope != .everyChosenGroup }
        let forAll = form.sites.map { Grant(scope: .everyChosenGroup, site: $0) }
        try await store.setGrants(Set(own + forAll), by: visitor.actor)
        try await store.chooseGroups(form.groups, by: visitor.actor)
        try await store.setRemoteAccess(form.remoteAccess, by: visitor.actor)
        try await store.setSynchronization(form.synchronization, by: visitor.actor)
        guard form.synchronization else {
            let sentence = "Preferences saved. Synchronization Status is OFF: nothing follows Okta now."
            return context.seeOther(OktaPath.preferences, flash: Flash(sentence, kind: .warning))
        }
        let isFirst = integration.lastSyncAt == nil
        try await shell.sync.request(
            .incremental,
            trigger: isFirst ? .firstSync : .settings,
            requestedBy: visitor.administrator.email
        )
        let started = isFirst ? "The first synchronization has been started." : "A synchronization has been started."
        return context.seeOther(OktaPath.afterRequest(at: shell.now), flash: Flash("Preferences saved. \(started)"))
    }

    private func refresh() async -> Notice {
        do throws(SyncError) {
            try await shell.sync.refreshCatalogue()
            return Notice("The list of groups is as it is in Okta now.", .positive)
        } catch {
            return Notice(
                error.errorDescription ?? "The groups could not be read.",
                .negative,
                detail: "\(error.recoverySuggestion ?? "Try again.")"
            )
        }
    }

    private func preview(_ form: PreferencesForm) async -> Notice {
        guard !form.groups.isEmpty else {
            return Notice("No group is chosen.", .warning, detail: "Tick the groups whose users you want in Timus.")
        }
        do throws(SyncError) {
            let preview = try await shell.sync.preview(choosing: form.groups)
            let users = preview.pulled.reading.users
            let active = users.count { $0.status.keepsAccess }
            let memberships = preview.pulled.reading.membershipCount
            return Notice(
                "The synchronization will add \(count(preview.plan.changes.addedUsers.count, "user")).",
                .info,
                detail: """
                    \(count(active, "user")) with access and \(Counts.grouped(users.count - active)) without, because of \
                    their status in Okta; \(count(memberships, "membership")) of \
                    \(count(form.groups.count, "group")). Nothing has been saved yet.
                    """
            )
        } catch {
            return Notice(
                error.errorDescription ?? "The preview could not be made.",
                .negative,
                detail: "\(error.recoverySuggestion ?? "Try again.")"
            )
        }
    }

    private func page(
        _ form: PreferencesForm,
        _ integration: OktaIntegration,
        _ kept: Kept,
        errors: FormErrors = FormErrors(),
        notice: Notice? = nil,
        for visitor: Visitor,
        _ request: Request,
        _ context: WebContext
    ) async throws -> Response {
        let window = OktaWindow(
            shell: shell,
            integration: integration,
            tab: .preferences,
            requestedAt: request.synchronizationRequestedAt
        )
        let content = visitor.mayChange ? editable(form, integration, kept, errors, visitor) : readOnly(form, kept)
        return try await window.page(
            "\(ErrorSummary(errors))\(notice?.html.within("flash"))\(content)",
            hasErrors: !errors.isEmpty,
            for: visitor,
            context
        )
    }

    private func editable(
        _ form: PreferencesForm,
        _ integration: OktaIntegration,
        _ kept: Kept,
        _ errors: FormErrors,
        _ visitor: Visitor
    ) -> HTML {
        let synchronization = RadioGroup.onOff(
            "Synchronization Status",
            name: PreferencesForm.Name.synchronization,
            isOn: form.synchronization,
            hint: "While ON, users, groups and memberships follow Okta. OFF changes nothing and follows nothing."
        )
        let remoteAccess = RadioGroup.onOff(
            "Remote Access",
            name: PreferencesForm.Name.remoteAccess,
            isOn: form.remoteAccess,
            hint: "While ON, the Okta Users team reaches its allowed sites. OFF ends every connection at once."
        )
        let chosen = kept.entries.filter(\.isChosen)
        let preview = Button("Preview", .secondary, name: PreferencesForm.Name.action, value: "preview")
        let buttons: HTML = "\(Button("Confirm"))\(integration.lastSyncAt == nil ? preview : nil)"
        // The box of Mapping comes first among the buttons, so that Enter in it searches.
        return PostForm(
            OktaPath.preferences,
            csrf: visitor.csrf,
            """
            \(Card(synchronization.html))\
            \(Mapping(entries: kept.entries, form: form, errors: errors))\
            \(AllowedSites(sites: kept.sites, chosen: chosen, grants: kept.grants, form: form))\
            \(Card(remoteAccess.html))\(buttons.within("actions"))
            """
        ).html
    }

    private func readOnly(_ form: PreferencesForm, _ kept: Kept) -> HTML {
        let groups = kept.entries.filter(\.isChosen).map(\.group.name)
        let sites = kept.sites.filter { form.sites.contains($0.id) }.map(\.name)
        return Card(
            "Preferences",
            SummaryList([
                .init("Synchronization Status", form.synchronization ? "ON" : "OFF"),
                .init("Mapping", groups.isEmpty ? "No group is chosen" : "\(isolated: groups.joined(separator: ", "))"),
                .init(
                    "Allowed Sites",
                    sites.isEmpty ? "None for every chosen group" : "\(isolated: sites.joined(separator: ", "))"
                ),
                .init("Remote Access", form.remoteAccess ? "ON" : "OFF"),
            ]).html
        ).html
    }

    private func count(_ number: Int, _ thing: String) -> String {
        "\(Counts.grouped(number)) \(thing)\(number == 1 ? "" : "s")"
    }
}

/// What the tab shows of what is kept.
private struct Kept {
    let entries: [GroupEntry]
    let grants: [Grant]
    let sites: [Site]

    init(_ store: Store) async throws {
        entries = try await store.groups()
        grants = try await store.grants()
        sites = try await store.sites().sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }
}

extension Request {
    /// Set by ``OktaPath/afterRequest(at:)``.
    fileprivate var synchronizationRequestedAt: Date? {
        Double(query.value("requested")).map { Date(timeIntervalSince1970: $0 / 1000) }
    }
}
