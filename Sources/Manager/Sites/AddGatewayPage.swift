import Access
import Directory
import Hummingbird
import SignIn
import Storage
import WebUI

/// *Sites > a site > Add a gateway*: its name and endpoint, then the code by which a machine becomes it.
struct AddGatewayPage: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("sites/:site/gateways/new", use: show)
        router.post("sites/:site/gateways", use: create)
    }

    @Sendable private func show(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let site = try await context.site(in: store)
        return try await page(
            GatewayForm(for: site, beside: try await store.gateways()),
            at: site,
            for: visitor,
            context
        )
    }

    @Sendable private func create(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let site = try await context.site(in: store)
        var form = GatewayForm(try await request.form())
        do {
            let (gateway, code) = try await store.addGateway(
                site: site.id,
                name: form.name,
                endpoint: form.endpoint,
                by: visitor.actor
            )
            let answer = GatewayCodePage(shell: shell, site: site, gateway: gateway, code: code)
            return try await answer.page("Gateway added", for: visitor, context)
        } catch {
            guard form.take(error) else { throw error }
            return try await page(form, at: site, for: visitor, context)
        }
    }

    private func page(
        _ form: GatewayForm,
        at site: Site,
        for visitor: Visitor,
        _ context: WebContext
    ) async throws -> Response {
        let buttons: HTML = "\(Button("Add gateway"))\(Button("Cancel", .plain, to: SitePath.site(site.id)))"
        let posted = PostForm(
            SitePath.gateways(site.id),
            csrf: visitor.csrf,
            "\(form.nameField)\(form.endpointField)\(buttons.within("actions"))"
        )
        let sheet = Shell.Sheet(
            title: "Add a gateway",
            intro: "The machine at \(isolated: site.name) that lets devices in. It shows you next how to set it up.",
            trail: [Link("Sites", to: SitePath.sites), Link(site.name, to: SitePath.site(site.id))],
            hasErrors: !form.errors.isEmpty,
            content: "\(ErrorSummary(form.errors))\(Card(posted.html))"
        )
        return try await shell.page(sheet, in: .sites, for: visitor, context)
    }
}
