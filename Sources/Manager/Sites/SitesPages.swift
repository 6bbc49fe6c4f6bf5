import Access
import Directory
import HTTPTypes
import Hummingbird
import SignIn
import Storage
import WebUI

/// *Sites*: the private networks that users may be given access to.
struct SitesPages: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("sites", use: list)
        router.get("sites/new", use: new)
        router.post("sites", use: create)
        router.get("sites/:site", use: edit)
        router.post("sites/:site", use: update)
        router.get("sites/:site/remove", use: confirmRemoval)
        router.post("sites/:site/remove", use: remove)
        router.post("sites/:site/gateways", use: addGateway)
        router.post("sites/:site/gateways/:gateway/remove", use: removeGateway)
    }

    @Sendable private func list(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let sites = try await store.sites()
        let mayChange = visitor.mayChange
        let add: HTML = mayChange ? Button("Add a remote site", .primary, to: "/sites/new").html : .empty
        guard !sites.isEmpty else {
            return try await shell.page(
                Shell.Sheet(
                    title: "Sites",
                    content: EmptyState(
                        "No sites yet",
                        "A site is a private network, such as an office or a data centre, that users reach with Timus Connect.",
                        action: add
                    ).html
                ),
                in: .sites,
                for: visitor,
                context
            )
        }
        var rows: [[HTML]] = []
        for site in sites {
            let gateways = try await store.gateways(of: site.id).count
            let open = try await store.openConnections(at: site.id).count
            rows.append([
                Link(site.name, to: "/sites/\(site.id.rawValue)").html,
                "<span class=\"mono\">\(site.addressRange.description)</span>",
                "\(gateways)", "\(open)",
            ])
        }
        let table = DataTable(
            sites.count == 1 ? "1 site" : "\(sites.count) sites",
            columns: [
                .init("Name"), .init("Address range"), .init("Gateways", isNumber: true),
                .init("Open connections", isNumber: true),
            ],
            rows: rows
        )
        return try await shell.page(
            Shell.Sheet(
                title: "Sites",
                actions: add,
                content: table.html
            ),
            in: .sites,
            for: visitor,
            context
        )
    }

    @Sendable private func new(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        return try await form(SiteForm(), for: visitor, context)
    }

    @Sendable private func create(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        var form = SiteForm(try await request.form())
        guard let range = form.readRange() else { return try await self.form(form, for: visitor, context) }
        do {
            let site = try await store.addSite(
                name: form.name,
                addressRange: range,
                by: visitor.actor
            )
            return context.seeOther("/sites", flash: Flash("\(site.name) was added."))
        } catch {
            guard form.take(error) else { throw error }
            return try await self.form(form, for: visitor, context)
        }
    }

    @Sendable private func edit(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let site = try await site(of: context)
        return try await form(
            SiteForm(site),
            site: site,
            for: visitor,
            context
        )
    }

    @Sendable private func update(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        var site = try await site(of: context)
        var form = SiteForm(try await request.form())
        guard let range = form.readRange() else { return try await self.form(form, site: site, for: visitor, context) }
        do {
            site.name = form.name
            site.addressRange = range
            try await store.updateSite(site, by: visitor.actor)
            return context.seeOther("/sites", flash: Flash("\(site.name) was saved."))
        } catch {
            guard form.take(error) else { throw error }
            return try await self.form(form, site: try await self.site(of: context), for: visitor, context)
        }
    }

    @Sendable private func confirmRemoval(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let site = try await site(of: context)
        let open = try await store.openConnections(at: site.id).count
        let grants = try await store.grants().filter { $0.site == site.id }.count
        let confirm = ConfirmPage(
            "Remove the site <b>\(isolated: site.name)</b>? Nobody can reach it any more.",
            losses: [
                open == 1 ? "1 open connection ends" : "\(open) open connections end",
                grants == 1 ? "1 group loses it as an allowed site" : "\(grants) groups lose it as an allowed site",
            ],
            action: "/sites/\(site.id.rawValue)/remove",
            csrf: visitor.csrf,
            confirm: "Remove site",
            cancel: "/sites/\(site.id.rawValue)"
        )
        return try await shell.page(
            Shell.Sheet(
                title: "Remove \(site.name)",
                trail: [Link("Sites", to: "/sites")],
                content: confirm.html
            ),
            in: .sites,
            for: visitor,
            context
        )
    }

    @Sendable private func remove(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let site = try await site(of: context)
        try await store.removeSite(site.id, by: visitor.actor)
        return context.seeOther("/sites", flash: Flash("\(site.name) was removed."))
    }

    @Sendable private func addGateway(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let site = try await site(of: context)
        var form = GatewayForm(try await request.form())
        do {
            let token = try await store.addGateway(
                site: site.id,
                name: form.name,
                endpoint: form.endpoint,
                publicKey: form.publicKey,
                by: visitor.actor
            ).token
            return try await gatewayAdded(token.value, to: site, for: visitor, context)
        } catch {
            guard form.take(error) else { throw error }
            return try await self.form(SiteForm(site), site: site, gatewayForm: form, for: visitor, context)
        }
    }

    @Sendable private func removeGateway(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let site = try await site(of: context)
        let gateway = Gateway.ID(try context.parameters.require("gateway"))
        try await store.removeGateway(gateway, by: visitor.actor)
        return context.seeOther("/sites/\(site.id.rawValue)", flash: Flash("The gateway was removed."))
    }

    private func site(of context: WebContext) async throws -> Site {
        guard let site = try await store.site(Site.ID(try context.parameters.require("site"))) else {
            throw HTTPError(.notFound)
        }
        return site
    }

    /// The token is shown on the answer itself, once: it is not kept, so no later page could show it.
    private func gatewayAdded(_ token: String, to site: Site, for visitor: Visitor, _ context: WebContext) async throws
        -> Response
    {
        try await shell.page(
            Shell.Sheet(
                title: "Gateway added",
                trail: [Link("Sites", to: "/sites"), Link(site.name, to: "/sites/\(site.id.rawValue)")],
                content: Card(
                    """
                    <p>Give this token to <code>timus-gateway</code> at \(isolated: site.name). It is shown only now.</p>\
                    \(CopyBox("Gateway token", value: token, id: "gateway-token"))\
                    \(Button("Done", .primary, to: "/sites/\(site.id.rawValue)").html.within("actions"))
                    """
                ).html
            ),
            in: .sites,
            for: visitor,
            context
        )
    }

    private func form(
        _ form: SiteForm,
        site: Site? = nil,
        gatewayForm: GatewayForm? = nil,
        for visitor: Visitor,
        _ context: WebContext
    ) async throws -> Response {
        let mayChange = visitor.mayChange
        let csrf = visitor.csrf
        let name = Field(
            "Name",
            name: "name",
            value: form.name,
            hint: "For example Berlin.",
            errors: form.errors,
            isReadOnly: !mayChange
        )
        let range = Field(
            "Address range",
            name: "address_range",
            value: form.addressRange,
            hint: "The addresses at the site in CIDR form, for example 10.20.0.0/16.",
            errors: form.errors,
            isReadOnly: !mayChange
        )
        let save = Button(site == nil ? "Add remote site" : "Save")
        let buttons: HTML = "\(save)\(Button("Cancel", .plain, to: "/sites"))"
        let fields: HTML = "\(name)\(range)\(mayChange ? buttons.within("actions") : .empty)"
        let path: Path = site.map { "/sites/\($0.id.rawValue)" } ?? "/sites"
        let gatewayErrors = gatewayForm?.errors ?? FormErrors()
        var content: HTML = "\(ErrorSummary(form.errors))\(ErrorSummary(gatewayErrors))"
        content += Card(mayChange ? PostForm(path, csrf: csrf, fields).html : fields).html
        if let site {
            content += try await gateways(of: site, form: gatewayForm, mayChange: mayChange, csrf: csrf)
            if mayChange {
                content +=
                    Card(
                        "Remove this site",
                        "<p>Its open connections end, and groups lose it as an allowed site.</p>\(Button("Remove site…", .danger, to: "/sites/\(site.id.rawValue)/remove").html.within("actions"))"
                    ).html
            }
        }
        let hasErrors = !form.errors.isEmpty || !gatewayErrors.isEmpty
        return try await shell.page(
            Shell.Sheet(
                title: site?.name ?? "Add a remote site",
                trail: [Link("Sites", to: "/sites")],
                hasErrors: hasErrors,
                content: content
            ),
            in: .sites,
            for: visitor,
            context
        )
    }

    private func gateways(of site: Site, form typed: GatewayForm?, mayChange: Bool, csrf: String) async throws -> HTML {
        let gateways = try await store.gateways(of: site.id)
        let form = typed ?? GatewayForm(for: site, beside: gateways)
        let table: HTML =
            gateways.isEmpty
            ? EmptyState(
                "No gateway yet",
                "A gateway runs at the site and holds the WireGuard interface. Without one nobody can connect."
            ).html
            : DataTable(
                "Gateways",
                columns: [
                    .init("Name"), .init("Endpoint"), .init("Public key"), .init("Remove", isUnseen: true),
                ],
                rows: gateways.map { gateway in
                    [
                        "\(isolated: gateway.name)", "<span class=\"mono\">\(gateway.endpoint)</span>",
                        "<span class=\"mono\">\(gateway.publicKey)</span>",
                        mayChange
                            ? PostForm(
                                "/sites/\(site.id.rawValue)/gateways/\(gateway.id.rawValue)/remove",
                                csrf: csrf,
                                isInline: true,
                                Button("Remove", .plain, context: gateway.name).html
                            ).html : .empty,
                    ]
                },
                captionIsUnseen: true
            ).html
        let name = Field("Gateway name", name: "gateway_name", value: form.name, errors: form.errors)
        let endpoint = Field(
            "Endpoint",
            name: "endpoint",
            value: form.endpoint,
            hint: "Where Connect reaches it, for example berlin.acme.example:51820.",
            errors: form.errors
        )
        let publicKey = Field(
            "Public key",
            name: "public_key",
            value: form.publicKey,
            hint: "As wg pubkey prints it.",
            errors: form.errors
        )
        let add: HTML = "\(name)\(endpoint)\(publicKey)\(Button("Add gateway", .secondary).html.within("actions"))"
        return Card(
            "Gateways",
            "\(table)\(mayChange ? PostForm("/sites/\(site.id.rawValue)/gateways", csrf: csrf, add).html : .empty)"
        ).html
    }
}
