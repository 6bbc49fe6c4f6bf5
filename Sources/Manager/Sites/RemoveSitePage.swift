import Access
import Directory
import Hummingbird
import SignIn
import Storage
import WebUI

/// *Sites > a site > Remove*: asks before it is gone.
struct RemoveSitePage: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("sites/:site/remove", use: show)
        router.post("sites/:site/remove", use: remove)
    }

    @Sendable private func show(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let site = try await context.site(in: store)
        let open = try await store.openConnectionCounts()[site.id] ?? 0
        let grants = try await store.grants().filter { $0.site == site.id }.count
        let gateways = try await store.gateways(of: site.id).count
        let confirm = ConfirmPage(
            "Remove the site <b>\(isolated: site.name)</b>? Nobody can reach it any more.",
            losses: [
                open == 1 ? "1 open connection ends" : "\(open) open connections end",
                gateways == 1 ? "1 gateway is removed with it" : "\(gateways) gateways are removed with it",
                grants == 1 ? "1 group loses it as an allowed site" : "\(grants) groups lose it as an allowed site",
            ],
            action: SitePath.removal(site.id),
            csrf: visitor.csrf,
            confirm: "Remove site",
            cancel: SitePath.site(site.id)
        )
        let sheet = Shell.Sheet(
            title: "Remove \(site.name)",
            trail: [Link("Sites", to: SitePath.sites), Link(site.name, to: SitePath.site(site.id))],
            content: confirm.html
        )
        return try await shell.page(sheet, in: .sites, for: visitor, context)
    }

    @Sendable private func remove(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let site = try await context.site(in: store)
        try await store.removeSite(site.id, by: visitor.actor)
        return context.seeOther(SitePath.sites, flash: Flash("\(site.name) was removed."))
    }
}
