import Access
import Directory
import Foundation
import Hummingbird
import SignIn
import Storage
import WebUI

/// *Sites > a site > a gateway > Remove*: asks, and says until when it may let people in yet.
struct RemoveGatewayPage: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("sites/:site/gateways/:gateway/remove", use: show)
        router.post("sites/:site/gateways/:gateway/remove", use: remove)
    }

    @Sendable private func show(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let (site, gateway) = try await context.gateway(in: store)
        let confirm = ConfirmPage(
            "Remove the gateway <b>\(isolated: gateway.name)</b> of \(isolated: site.name)?",
            losses: try await losses(gateway, at: site),
            action: SitePath.removal(gateway),
            csrf: visitor.csrf,
            confirm: "Remove gateway",
            cancel: SitePath.gateway(gateway)
        )
        let sheet = Shell.Sheet(
            title: "Remove \(gateway.name)",
            trail: [
                Link("Sites", to: SitePath.sites), Link(site.name, to: SitePath.site(site.id)),
                Link(gateway.name, to: SitePath.gateway(gateway)),
            ],
            content: confirm.html
        )
        return try await shell.page(sheet, in: .sites, for: visitor, context)
    }

    private func losses(_ gateway: Gateway, at site: Site) async throws -> [String] {
        let others = try await store.gateways(of: site.id).count { $0.id != gateway.id && $0.isEnrolled }
        let goesOn =
            switch others {
            case 0: "Nobody can connect to \(site.name) until it has another gateway"
            case 1: "1 other gateway of \(site.name) goes on"
            default: "\(others) other gateways of \(site.name) go on"
            }
        guard gateway.isEnrolled else { return [goesOn, "Its code is good no longer"] }
        // The second that has begun since counts as a whole one.
        let end = try await store.latestLeaseEnd(of: site.id).addingTimeInterval(1)
        let latest = TimeText.relative(end, now: shell.now)
        return [
            goesOn,
            "It lets nobody in any more as soon as it is told, within a second while it is online",
            "Where it cannot be told, it lets in those it knows until its lease ends, \(latest) at the latest",
        ]
    }

    @Sendable private func remove(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let (site, gateway) = try await context.gateway(in: store)
        try await store.removeGateway(gateway.id, by: visitor.actor)
        return context.seeOther(
            SitePath.site(site.id).fragment("gateways"),
            flash: Flash("\(gateway.name) was removed.")
        )
    }
}
