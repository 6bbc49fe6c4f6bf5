import Hummingbird
import SignIn
import Storage
import Sync
import WebUI

/// The history of synchronizations, and *Sync now*.
struct SyncRunsPage: Sendable {
    let shell: Shell

    func add(to router: Router<WebContext>) {
        router.get("/settings/integrations/okta/sync-runs", use: show)
        router.post("/settings/integrations/okta/sync-runs", use: start)
    }

    @Sendable
    private func start(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let integration = try await shell.store.oktaIntegration()
        guard integration?.isEnabled == true, integration?.synchronization == true else {
            let sentence = "Synchronization Status is OFF. Turn it ON, choose groups and confirm."
            return context.seeOther(OktaPath.window, flash: Flash(sentence, kind: .warning))
        }
        try await shell.sync.request(.full, trigger: .manual, requestedBy: visitor.administrator.email)
        return .seeOther(OktaPath.afterRequest(at: shell.now))
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let runs = try await shell.store.syncRuns(limit: 50)
        let isLive = runs.contains { $0.state == .running }
        let content =
            runs.isEmpty
            ? EmptyState(
                "No synchronization yet",
                "The first one starts when you choose groups and confirm, with Synchronization Status ON.",
                action: "\(Button("Open Preferences", .secondary, to: OktaPath.preferences))"
            ).html
            : table(runs).html
        let sheet = Shell.Sheet(
            title: "Run history",
            trail: [Link("Integrations", to: OktaPath.integrations), Link("Okta Integration", to: OktaPath.window)],
            isLive: isLive,
            content: Live(id: "sync-runs", isLive: isLive, content).html
        )
        return try await shell.page(sheet, in: .settings, for: visitor, context)
    }

    private func table(_ runs: [SyncRun]) -> DataTable {
        DataTable(
            runs.count == 1 ? "1 synchronization" : "The latest \(runs.count) synchronizations",
            columns: [
                .init("Started"), .init("Result"), .init("Cause"), .init("Took", isNumber: true),
                .init("Added", isNumber: true), .init("Changed", isNumber: true), .init("Left", isNumber: true),
                .init("Requests", isNumber: true),
            ],
            rows: runs.map(row)
        )
    }

    private func row(_ run: SyncRun) -> [HTML] {
        [
            "<a href=\"\(OktaPath.run(run.id))\">\(TimeText(run.startedAt, now: shell.now))</a>",
            run.badge.html,
            "\(run.cause)",
            "\(run.took)",
            "\(Counts.grouped(run.counts.usersAdded))",
            "\(Counts.grouped(run.counts.usersChanged))",
            "\(Counts.grouped(run.counts.usersLeft))",
            "\(Counts.grouped(run.counts.requests))",
        ]
    }
}
