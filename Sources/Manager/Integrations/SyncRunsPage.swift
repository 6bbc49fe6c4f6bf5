import Hummingbird
import SignIn
import Storage
import Sync
import WebUI

/// The history of synchronizations, and *Sync now*.
struct SyncRunsPage: Sendable {
    private static let pageSize = 50

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
        let page = Int(request.query.value("page")) ?? 1
        let history = try await shell.store.syncRuns(page: page, pageSize: Self.pageSize)
        let isLive = history.runs.contains { $0.state == .running }
        let sheet = Shell.Sheet(
            title: "Run history",
            intro: "Kept for 90 days. A look for changes that found nothing leaves no row.",
            trail: [Link("Integrations", to: OktaPath.integrations), Link("Okta Integration", to: OktaPath.window)],
            isLive: isLive,
            content: Live(id: "sync-runs", isLive: isLive, history.runs.isEmpty ? none.html : list(history)).html
        )
        return try await shell.page(sheet, in: .settings, for: visitor, context)
    }

    private var none: EmptyState {
        EmptyState(
            "No synchronization yet",
            "The first one starts when you choose groups and confirm, with Synchronization Status ON.",
            action: "\(Button("Open Preferences", .secondary, to: OktaPath.preferences))"
        )
    }

    private func list(_ history: SyncHistoryPage) -> HTML {
        let table = DataTable(
            history.total == 1
                ? "1 synchronization" : "\(Counts.grouped(history.total)) synchronizations, newest first",
            columns: [
                .init("Started"), .init("Mode"), .init("Result"), .init("Cause"), .init("Users"), .init("Memberships"),
                .init("Groups"), .init("Took", isNumber: true), .init("Requests", isNumber: true),
                .init("Waited", isNumber: true),
            ],
            rows: history.runs.map(row)
        )
        let pages = Pagination(
            page: history.page,
            pageSize: history.pageSize,
            total: history.total,
            things: "synchronizations",
            path: OktaPath.runs
        )
        return "\(table)\(pages)"
    }

    private func row(_ run: SyncRun) -> [HTML] {
        let counts = run.counts
        return [
            "<a href=\"\(OktaPath.run(run.id))\">\(TimeText(run.startedAt, now: shell.now))</a>",
            "\(run.modeWord)",
            run.badge.html,
            "\(run.cause)",
            "\(Self.changes(counts.usersAdded, counts.usersChanged, counts.usersLeft))",
            "\(Self.changes(counts.membershipsAdded, 0, counts.membershipsRemoved))",
            "\(Self.changes(counts.groupsAdded, counts.groupsChanged, counts.groupsMissing))",
            "\(run.took)",
            "\(Counts.grouped(counts.requests))",
            "\(run.waited)",
        ]
    }

    /// `19 added, 2 removed`, broken between lines at the comma only; a dash for nothing.
    private static func changes(_ added: Int, _ changed: Int, _ removed: Int) -> String {
        let parts = [(added, "added"), (changed, "changed"), (removed, "removed")].filter { $0.0 > 0 }
        guard !parts.isEmpty else { return "–" }
        return parts.map { "\(Counts.grouped($0.0))\u{A0}\($0.1)" }.joined(separator: ", ")
    }
}
