import Access
import Directory
import Hummingbird
import SignIn
import Storage
import WebUI

/// *Sites > a site*: its name and addresses, gateways, lease, and who is connected to it.
struct SitePage: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("sites/:site", use: show)
        router.post("sites/:site", use: update)
        router.post("sites/:site/lease", use: setLease)
        router.post("sites/:site/connections/:connection/drop", use: drop)
    }

    @Sendable private func show(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let site = try await context.site(in: store)
        return try await page(site, SiteForm(site), for: visitor, context)
    }

    @Sendable private func update(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        var site = try await context.site(in: store)
        var form = SiteForm(try await request.form())
        guard let range = form.readRange() else { return try await page(site, form, for: visitor, context) }
        do {
            (site.name, site.addressRange) = (form.name, range)
            try await store.updateSite(site, by: visitor.actor)
            return context.seeOther(SitePath.sites, flash: Flash("\(site.name) was saved."))
        } catch {
            guard form.take(error) else { throw error }
            return try await page(try await context.site(in: store), form, for: visitor, context)
        }
    }

    @Sendable private func setLease(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let site = try await context.site(in: store)
        var form = LeaseForm(try await request.form())
        guard let seconds = form.read() else {
            return try await page(site, SiteForm(site), lease: form, for: visitor, context)
        }
        try await store.setLease(seconds, of: site.id, by: visitor.actor)
        return done("The lease of \(site.name) was saved.", site, "lease", context)
    }

    @Sendable private func drop(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let site = try await context.site(in: store)
        let id = Connection.ID(try context.parameters.require("connection"))
        guard let connection = try await store.connection(id), connection.site == site.id else {
            throw HTTPError(.notFound)
        }
        let user = try await store.user(connection.user)?.name ?? connection.user.rawValue
        try await store.dropConnection(id, by: visitor.actor)
        return done("The connection of \(user) to \(site.name) was dropped.", site, "connections", context)
    }

    private func done(_ sentence: String, _ site: Site, _ part: String, _ context: WebContext) -> Response {
        context.seeOther(SitePath.site(site.id).fragment(part), flash: Flash(sentence))
    }

    /// - Parameter lease: What was typed and refused; nil for the site's own.
    private func page(
        _ site: Site,
        _ form: SiteForm,
        lease: LeaseForm? = nil,
        for visitor: Visitor,
        _ context: WebContext
    ) async throws -> Response {
        let state = try await SiteState(of: site, in: store)
        let leaseForm = lease ?? LeaseForm(state.lease)
        let csrf = visitor.mayChange ? visitor.csrf : nil
        let hasErrors = !form.errors.isEmpty || !leaseForm.errors.isEmpty
        // A page that says what is wrong stays as it is: its address may be that of a form, which nobody can ask for again.
        let isLive = !hasErrors
        let content: HTML = """
            \(ErrorSummary(form.errors))\(ErrorSummary(leaseForm.errors))\
            \(card(form, site, csrf: csrf))\
            \(GatewaysCard(state: state, csrf: csrf, isLive: isLive))\
            \(LiveConnectionsCard(state: state, csrf: csrf, isLive: isLive))\
            \(RecentCutsCard(cuts: state.cuts, subject: .user, now: state.now, isLive: isLive))\
            \(LeaseCard(site: site, form: leaseForm, csrf: csrf))\
            \(csrf == nil ? nil : removal(site))
            """
        let sheet = Shell.Sheet(
            title: site.name,
            trail: [Link("Sites", to: SitePath.sites)],
            hasErrors: hasErrors,
            content: content
        )
        return try await shell.page(sheet, in: .sites, for: visitor, context)
    }

    private func card(_ form: SiteForm, _ site: Site, csrf: String?) -> Card {
        guard let csrf else { return Card(form.fields(isReadOnly: true)) }
        let buttons: HTML = "\(Button("Save"))\(Button("Cancel", .plain, to: SitePath.sites))"
        return Card(
            PostForm(SitePath.site(site.id), csrf: csrf, "\(form.fields())\(buttons.within("actions"))").html
        )
    }

    private func removal(_ site: Site) -> Card {
        let button = Button("Remove site…", .danger, to: SitePath.removal(site.id)).html.within("actions")
        return Card(
            "Remove this site",
            "<p>Its open connections end, and groups lose it as an allowed site.</p>\(button)"
        )
    }
}
