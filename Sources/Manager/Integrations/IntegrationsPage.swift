import Hummingbird
import SignIn
import Storage
import WebUI

/// Settings > Integrations: one card for each service that Timus can be connected with.
struct IntegrationsPage: Sendable {
    let shell: Shell

    func add(to router: Router<WebContext>) {
        router.get("/settings") { _, _ in Response.seeOther(OktaPath.integrations) }
        router.get("/settings/integrations", use: show)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let integration = try await shell.store.oktaIntegration()
        let sheet = Shell.Sheet(
            title: "Integrations",
            intro: "Services that tell Timus who your people are.",
            content: """
                \(SettingsTabs(current: .integrations))<div class="cards">\(card(integration, for: visitor))</div>
                """
        )
        return try await shell.page(sheet, in: .settings, for: visitor, context)
    }

    private func card(_ integration: OktaIntegration?, for visitor: Visitor) -> Card {
        let badge = OktaIntegration.label(of: integration)
        let about: HTML = """
            <p>Users and groups come from your Okta org, and users sign in with their Okta account.</p>
            """
        let facts = integration.map { integration -> HTML in
            let synced = integration.lastSyncAt.map { "Looked for changes \(TimeText($0, now: shell.now))" as HTML }
            return "<p class=\"soft\">\(integration.domain) · \(synced ?? "Never synchronized")</p>"
        }
        let actions = actions(isEnabled: integration != nil, visitor).within("actions")
        return Card("Okta", note: badge.html, "\(about)\(facts)\(actions)")
    }

    private func actions(isEnabled: Bool, _ visitor: Visitor) -> HTML {
        if isEnabled {
            let disable = Button("Disable Integration", .secondary, to: OktaPath.disable)
            return "\(Button("Open", to: OktaPath.window))\(visitor.mayChange ? disable : nil)"
        }
        return visitor.mayChange ? Button("Enable", to: OktaPath.window, context: "Okta").html : .empty
    }
}
