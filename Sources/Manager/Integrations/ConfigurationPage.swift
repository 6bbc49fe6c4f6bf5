import Hummingbird
import Logging
import Okta
import SignIn
import Storage
import Sync
import WebUI

/// The tab *Configuration* of the Okta Integration window: what Okta needs from us, what we need from Okta.
struct ConfigurationPage: Sendable {
    let shell: Shell

    func add(to router: Router<WebContext>) {
        router.get("/settings/integrations/okta/configuration") { request, context in
            let integration = try await shell.store.oktaIntegration()
            return try await page(ConfigurationForm(integration), integration, request, context)
        }
        router.post("/settings/integrations/okta/configuration", use: confirm)
    }

    @Sendable
    private func confirm(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let store = shell.store
        var form = ConfigurationForm(
            try await request.form(),
            saved: try await store.oktaCredentials(),
            allowingLocal: shell.settings.allowLocalOkta
        )
        guard form.errors.isEmpty else {
            return try await page(form, try await store.oktaIntegration(), request, context)
        }
        let report = try await shell.connection.connect(
            domain: form.domain,
            clientID: form.clientID,
            clientSecret: form.clientSecret,
            apiToken: form.apiToken,
            by: visitor.actor
        )
        guard report.passed else {
            form.add(report)
            return try await page(form, try await store.oktaIntegration(), report: report, request, context)
        }
        return try await goOn(report, visitor, context)
    }

    /// A running synchronization starts anew with what was entered; before the first, there are groups to choose.
    private func goOn(
        _ report: ConnectionCheck.Report,
        _ visitor: Visitor,
        _ context: WebContext
    ) async throws -> Response {
        let passed = "Okta is connected. Passed: \(report.checks.map(\.title).joined(separator: ", "))."
        guard try await shell.store.oktaIntegration()?.synchronization == true else {
            let next = "Turn Synchronization Status ON and choose the groups to synchronize."
            return context.seeOther(OktaPath.preferences, flash: Flash("\(passed) \(next)"))
        }
        try await shell.sync.request(.full, trigger: .settings, requestedBy: visitor.administrator.email)
        return context.seeOther(
            OktaPath.afterRequest(at: shell.now),
            flash: Flash("\(passed) A synchronization has been started.")
        )
    }

    /// The tab; with the report of the checks where they did not all pass.
    func page(
        _ form: ConfigurationForm,
        _ integration: OktaIntegration?,
        report: ConnectionCheck.Report? = nil,
        _ request: Request,
        _ context: WebContext
    ) async throws -> Response {
        let visitor = try context.visitor(request)
        let window = OktaWindow(shell: shell, integration: integration, tab: .configuration)
        let checks = report.map { Card("What was checked", $0.checklist.html).html }
        let content = visitor.mayChange ? editable(form, integration, visitor) : readOnly(integration)
        return try await window.page(
            "\(ErrorSummary(form.errors))\(checks)\(content)",
            hasErrors: !form.errors.isEmpty,
            for: visitor,
            context
        )
    }

    private func editable(_ form: ConfigurationForm, _ integration: OktaIntegration?, _ visitor: Visitor) -> HTML {
        let saved = integration.map { SecretField.Saved("\(TimeText.day($0.savedAt)), by \($0.savedBy)") }
        let steps = OktaSteps(settings: shell.settings)
        let values = Card("Values from Okta", form.html(csrf: visitor.csrf, saved: saved))
        guard integration?.isEnabled == true else {
            return "<div class=\"split\">\(Card("Before you start", steps.html))\(values)</div>"
        }
        let folded = Disclosure("How to find these values in Okta, and our addresses for Okta", steps.html)
        return "\(values)\(Card(folded.html))\(danger)"
    }

    private var danger: Card {
        Card(
            "Disable Integration",
            """
            <p>Users keep their rows and become inactive; what would be lost is shown before anything happens.</p>
            \(Button("Disable Integration", .secondary, to: OktaPath.disable).html.within("actions"))
            """
        )
    }

    private func readOnly(_ integration: OktaIntegration?) -> HTML {
        guard let integration, integration.isEnabled else {
            return EmptyState(
                "Okta is not set up",
                "An administrator can enable it; your role lets you look only."
            ).html
        }
        return Card(
            "Values from Okta",
            SummaryList([
                .init("Client ID", "<code>\(integration.clientID)</code>"),
                .init("Client Secret", "••••••••"),
                .init("API Token", "••••••••"),
                .init("Okta Domain", "\(integration.domain)"),
                .init("Saved", "\(TimeText.day(integration.savedAt)), by \(isolated: integration.savedBy)"),
            ]).html
        ).html
    }
}
