import Foundation
import Hummingbird
import SignIn
import Storage
import WebUI

/// The tab *Rate limits* of the Okta Integration window: what synchronizations took of what Okta allows.
struct RateLimitsPage: Sendable {
    let shell: Shell

    func add(to router: Router<WebContext>) {
        router.get("/settings/integrations/okta/rate-limits", use: show)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        guard let integration = try await shell.store.oktaIntegration() else { return .seeOther(OktaPath.window) }
        let use = try await shell.store.oktaUse(since: shell.now.addingTimeInterval(-3600))
        let window = OktaWindow(shell: shell, integration: integration, tab: .rateLimits)
        return try await window.page(RateLimits(use: use, share: shell.rateShare).html, for: visitor, context)
    }
}

/// Requests to Okta in the last hour against what the org allows, limit by limit.
struct RateLimits: Component {
    let use: [BucketUse]
    /// From 0 to 1.
    let share: Double

    var html: HTML {
        guard !use.isEmpty else { return Card("Requests in the last hour", none.html + about).html }
        return Card("Requests in the last hour", note: "<span class=\"soft\">\(total)</span>", about + table.html).html
    }

    private var total: String { "\(Counts.grouped(use.reduce(0) { $0 + $1.requests })) in all" }

    private var percent: Int { Int((share * 100).rounded()) }

    private var about: HTML {
        """
        <p>Of each of Okta’s rate limits Timus uses at most \(percent) %, so that your other apps keep the rest, and it \
        waits before the limit rather than after it; <code>--rate-share</code> of <code>timus serve</code> sets this.</p>
        """
    }

    private var none: EmptyState {
        EmptyState("No requests in the last hour", "Synchronizations are counted here as they read Okta.")
    }

    private var table: DataTable {
        DataTable(
            "Requests in the last hour, by Okta’s rate limit",
            columns: [
                .init("Rate limit"), .init("Requests", isNumber: true), .init("Most in a minute", isNumber: true),
                .init("Timus’s share a minute", isNumber: true), .init("Okta allows a minute", isNumber: true),
            ],
            rows: use.map(row),
            captionIsUnseen: true
        )
    }

    private func row(_ use: BucketUse) -> [HTML] {
        [
            "<span class=\"mono\">\(use.bucket)</span>", "\(Counts.grouped(use.requests))",
            "\(Counts.grouped(use.mostInAMinute))",
            "\(use.allowed.map { Counts.grouped(max(1, Int(Double($0) * share))) } ?? "–")",
            "\(use.allowed.map { Counts.grouped($0) } ?? "not said yet")",
        ]
    }
}
