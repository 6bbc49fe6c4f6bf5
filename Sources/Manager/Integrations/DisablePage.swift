import Foundation
import Hummingbird
import SignIn
import Storage
import WebUI

/// *Disable Integration*: says in numbers what will be lost, and asks for the domain to be typed.
struct DisablePage: Sendable {
    let shell: Shell

    private static let confirmation = "okta_domain"

    func add(to router: Router<WebContext>) {
        router.get("/settings/integrations/okta/disable") { request, context in
            try await page(typed: "", errors: FormErrors(), request, context)
        }
        router.post("/settings/integrations/okta/disable", use: disable)
    }

    @Sendable
    private func disable(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let typed = try await request.form().value(Self.confirmation)
        guard let integration = try await shell.store.oktaIntegration(), integration.isEnabled else {
            return .seeOther(OktaPath.integrations)
        }
        guard typed.lowercased() == integration.domain.lowercased() else {
            let errors = FormErrors("Type \(integration.domain) to disable the integration", field: Self.confirmation)
            return try await page(typed: typed, errors: errors, request, context)
        }
        try await shell.store.disableOkta(by: visitor.actor)
        return context.seeOther(
            OktaPath.integrations,
            flash: Flash("The Okta integration is disabled. Its users are inactive.")
        )
    }

    private func page(
        typed: String,
        errors: FormErrors,
        _ request: Request,
        _ context: WebContext
    ) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        guard let integration = try await shell.store.oktaIntegration(), integration.isEnabled else {
            return .seeOther(OktaPath.integrations)
        }
        let field = Field(
            "Type \(integration.domain) to confirm",
            name: Self.confirmation,
            value: typed,
            errors: errors
        )
        let confirm = ConfirmPage(
            """
            Users of Okta can no longer sign in, and their access ends at once. The users stay in Timus, inactive. The \
            chosen groups, their allowed sites and what was set by hand are kept for when you enable it again; the \
            client secret and the API token are erased.
            """,
            losses: losses(try await shell.store.costsOfDisablingOkta()),
            content: field.html,
            action: OktaPath.disable,
            csrf: visitor.csrf,
            confirm: "Disable Integration",
            cancel: OktaPath.window
        )
        let sheet = Shell.Sheet(
            title: "Disable Integration",
            trail: [Link("Integrations", to: OktaPath.integrations), Link("Okta Integration", to: OktaPath.window)],
            hasErrors: !errors.isEmpty,
            content: "\(ErrorSummary(errors))\(confirm)"
        )
        return try await shell.page(sheet, in: .settings, for: visitor, context)
    }

    private func losses(_ costs: DisableCosts) -> [String] {
        [
            "\(count(costs.users, "user")) become\(costs.users == 1 ? "s" : "") inactive",
            "\(count(costs.memberships, "group membership")) no longer count\(costs.memberships == 1 ? "s" : "")",
            "\(count(costs.grants, "allowed site")) of groups no longer grant\(costs.grants == 1 ? "s" : "") access",
            "\(count(costs.sessions, "session")) end\(costs.sessions == 1 ? "s" : "")",
            "\(count(costs.connections, "open connection")) end\(costs.connections == 1 ? "s" : "")",
        ]
    }

    private func count(_ number: Int, _ thing: String) -> String {
        "\(Counts.grouped(number)) \(thing)\(number == 1 ? "" : "s")"
    }
}
