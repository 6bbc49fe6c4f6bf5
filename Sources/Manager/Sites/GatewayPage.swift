import Access
import Directory
import Hummingbird
import SignIn
import Storage
import WebUI

import struct Foundation.Date

/// *Sites > a site > a gateway*: how it does, its name, and a new code for another machine in its place.
struct GatewayPage: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("sites/:site/gateways/:gateway", use: show)
        router.post("sites/:site/gateways/:gateway", use: rename)
        router.post("sites/:site/gateways/:gateway/code", use: renewCode)
    }

    @Sendable private func show(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let (site, gateway) = try await context.gateway(in: store)
        return try await page(gateway, at: site, GatewayForm(gateway), for: visitor, context)
    }

    @Sendable private func rename(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let (site, gateway) = try await context.gateway(in: store)
        var form = GatewayForm(try await request.form())
        do {
            try await store.renameGateway(gateway.id, to: form.name, by: visitor.actor)
            return context.seeOther(
                SitePath.site(site.id).fragment("gateways"),
                flash: Flash("\(gateway.name) was renamed.")
            )
        } catch {
            guard form.take(error) else { throw error }
            return try await page(gateway, at: site, form, for: visitor, context)
        }
    }

    @Sendable private func renewCode(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let (site, gateway) = try await context.gateway(in: store)
        let code = try await store.renewCode(ofGateway: gateway.id, by: visitor.actor)
        let answer = GatewayCodePage(shell: shell, site: site, gateway: gateway, code: code)
        return try await answer.page("New code", for: visitor, context)
    }

    private func page(
        _ gateway: Gateway,
        at site: Site,
        _ form: GatewayForm,
        for visitor: Visitor,
        _ context: WebContext
    ) async throws -> Response {
        let revision = try await store.siteRevisions()[site.id] ?? 0
        let isLive = form.errors.isEmpty
        let facts = Live(id: "gateway", isLive: isLive, Card(facts(gateway, revision: revision).html).html)
        let changes: HTML =
            visitor.mayChange
            ? "\(naming(gateway, form, visitor))\(enrolment(gateway, visitor))\(removal(gateway))" : .empty
        let sheet = Shell.Sheet(
            title: gateway.name,
            trail: [Link("Sites", to: SitePath.sites), Link(site.name, to: SitePath.site(site.id))],
            hasErrors: !isLive,
            content: "\(ErrorSummary(form.errors))\(facts)\(changes)"
        )
        return try await shell.page(sheet, in: .sites, for: visitor, context)
    }

    private func facts(_ gateway: Gateway, revision: Int64) -> SummaryList {
        func time(_ date: Date?) -> HTML { date.map { TimeText($0, now: shell.now).html } ?? "Never" }
        return SummaryList([
            .init("Status", gateway.standing(at: shell.now, revision: revision)),
            .init("Endpoint", "<span class=\"mono\">\(gateway.endpoint)</span>"),
            .init("Public key", gateway.publicKey.map { "<span class=\"mono\">\($0)</span>" } ?? "None yet"),
            .init("Version", "\(gateway.program ?? "–")"),
            .init("Enrolled", time(gateway.enrolledAt)),
            .init("Last seen", time(gateway.lastSeenAt)),
            .init("Refused packets", "\(Counts.grouped(Int(gateway.refusedPackets)))"),
        ])
    }

    private func naming(_ gateway: Gateway, _ form: GatewayForm, _ visitor: Visitor) -> Card {
        let buttons: HTML = "\(Button("Rename"))\(Button("Cancel", .plain, to: SitePath.site(gateway.site)))"
        return Card(
            "Name",
            PostForm(
                SitePath.gateway(gateway),
                csrf: visitor.csrf,
                "\(form.nameField)\(buttons.within("actions"))"
            ).html
        )
    }

    private func enrolment(_ gateway: Gateway, _ visitor: Visitor) -> Card {
        let sentence: HTML =
            gateway.isEnrolled
            ? """
            With a new code another machine takes this gateway’s place, or the same one with a new key. The old key and token \
            end when it is used; until then the gateway goes on.
            """
            : "The machine at the site enrols with a code that is good once, for an hour. A new code ends the one before."
        let button = Button("New code", .secondary).html.within("actions")
        return Card("Enrolment", "<p>\(sentence)</p>\(PostForm(SitePath.newCode(gateway), csrf: visitor.csrf, button))")
    }

    private func removal(_ gateway: Gateway) -> Card {
        let button = Button("Remove gateway…", .danger, to: SitePath.removal(gateway)).html.within("actions")
        return Card("Remove this gateway", "<p>It lets nobody in any more as soon as it is told.</p>\(button)")
    }
}
