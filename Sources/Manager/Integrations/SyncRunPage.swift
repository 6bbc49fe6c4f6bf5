import Directory
import Hummingbird
import SignIn
import Storage
import Sync
import WebUI

/// One synchronization: what it did, what was odd, and for a held one what it would take away.
struct SyncRunPage: Sendable {
    let shell: Shell

    func add(to router: Router<WebContext>) {
        router.get("/settings/integrations/okta/sync-runs/{run}", use: show)
        router.post("/settings/integrations/okta/sync-runs/{run}/approval") { request, context in
            let done = "Approved. A synchronization that may do this has been started."
            return try await settle(request, context, done, going: OktaPath.afterRequest(at: shell.now)) {
                try await shell.sync.approve($0, by: $1)
            }
        }
        router.post("/settings/integrations/okta/sync-runs/{run}/discard") { request, context in
            try await settle(request, context, "Discarded. Nobody lost access.", going: OktaPath.preferences) {
                try await shell.sync.dismiss($0, by: $1)
            }
        }
    }

    private func settle(
        _ request: Request,
        _ context: WebContext,
        _ done: String,
        going path: Path,
        _ verb: (SyncRun.ID, Actor) async throws -> Void
    ) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let id = SyncRun.ID(try context.parameters.require("run"))
        try context.requireRecent(at: shell.now, backTo: OktaPath.run(id))
        do {
            try await verb(id, visitor.actor)
            return context.seeOther(path, flash: Flash(done))
        } catch let error as SyncError {
            let sentences = [error.errorDescription, error.recoverySuggestion].compactMap(\.self)
            return context.seeOther(
                OktaPath.run(id),
                flash: Flash(sentences.joined(separator: " "), kind: .warning)
            )
        }
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        guard let run = try await shell.store.syncRun(SyncRun.ID(try context.parameters.require("run"))) else {
            throw HTTPError(.notFound)
        }
        let isLive = run.state == .running
        let held = run.state == .held ? try await heldCard(run, visitor) : .empty
        let sheet = Shell.Sheet(
            title: "Synchronization",
            badge: run.badge,
            intro: "\(run.cause), \(TimeText(run.startedAt, now: shell.now))",
            trail: [
                Link("Integrations", to: OktaPath.integrations), Link("Okta Integration", to: OktaPath.window),
                Link("Run history", to: OktaPath.runs),
            ],
            isLive: isLive,
            showsBanner: run.state != .held,
            content: Live(id: "sync-run", isLive: isLive, "\(problem(run))\(held)\(facts(run))\(warnings(run))").html
        )
        return try await shell.page(sheet, in: .settings, for: visitor, context)
    }

    private func problem(_ run: SyncRun) -> HTML {
        guard let problem = run.problem, run.state != .held else { return .empty }
        return Notice(problem.what, run.state == .failed ? .negative : .warning, detail: "\(problem.remedy)").html
    }

    private func facts(_ run: SyncRun) -> HTML {
        guard run.state != .running else {
            return Card("Progress", (run.progressBar ?? ProgressBar("Starting", done: 0, of: nil)).html).html
        }
        let counts = run.counts
        let read = "\(Self.number(counts.groups, "group")), \(Self.number(counts.users, "user")), "
        let ended = "\(Self.number(counts.sessionsEnded, "session")) and "
        let summary = SummaryList([
            .init("Mode", "\(run.modeWord)"),
            .init("Started", "\(TimeText.exact(run.startedAt))"),
            .init("Took", "\(run.took)"),
            .init("Read from Okta", "\(read)\(Self.number(counts.memberships, "membership"))"),
            .init("Requests to Okta", "\(Counts.grouped(counts.requests))\(refused(counts))"),
            .init("Waited for rate limits", "\(run.waited)"),
            .init("Access ended", "\(ended)\(Self.number(counts.connectionsEnded, "connection"))"),
            .init("Left out", "\(counts.skipped == 0 ? "Nothing" : Self.number(counts.skipped, "record"))"),
        ])
        return "\(Card("What it changed", changes(counts).html))\(Card("How it went", summary.html))"
    }

    /// Only where it happened: it should not.
    private func refused(_ counts: SyncCounts) -> String {
        counts.requestsRefused == 0 ? "" : ", \(Counts.grouped(counts.requestsRefused)) of them refused as too many"
    }

    private func changes(_ counts: SyncCounts) -> DataTable {
        func row(_ name: String, _ numbers: Int?...) -> [HTML] {
            ["\(name)"] + numbers.map { "\($0.map { Counts.grouped($0) } ?? "–")" }
        }
        return DataTable(
            "What it changed",
            columns: [
                .init("In Timus"), .init("Added", isNumber: true), .init("Changed", isNumber: true),
                .init("Removed", isNumber: true),
            ],
            rows: [
                row("Users", counts.usersAdded, counts.usersChanged, counts.usersLeft),
                row("Groups", counts.groupsAdded, counts.groupsChanged, counts.groupsMissing),
                row("Memberships", counts.membershipsAdded, nil, counts.membershipsRemoved),
            ],
            captionIsUnseen: true
        )
    }

    private func warnings(_ run: SyncRun) -> HTML {
        guard !run.warnings.isEmpty else { return .empty }
        let lines = run.warnings.prefix(200).map { "<li>\($0)</li>" as HTML }
        let list: HTML = "<ul class=\"losses\">\(lines)</ul>"
        let count = Self.number(run.warnings.count, "warning")
        let details = Disclosure("Details", isOpen: run.warnings.count < 10, list)
        return Card("Left out, and why", "<p>\(count); everything else was synchronized.</p>\(details)").html
    }

    /// What a held run would take away, and the two answers.
    private func heldCard(_ run: SyncRun, _ visitor: Visitor) async throws -> HTML {
        let changes = run.changes ?? Changes()
        let leaving = Set(changes.left.map(\.user)).sorted()
        var names: [HTML] = []
        for id in leaving.prefix(50) {
            let user = try await shell.store.user(id)
            let email = user?.email ?? ""
            names.append("<li>\(isolated: user?.name ?? id.rawValue) <span class=\"soft\">\(email)</span></li>")
        }
        if leaving.count > 50 { names.append("<li>and \(Counts.grouped(leaving.count - 50)) more</li>") }
        let people = Disclosure("Who", isOpen: leaving.count <= 10, "<ul class=\"losses\">\(names)</ul>")
        let missing = changes.missingGroups.count
        let losses: HTML = """
            <ul class="losses"><li>\(Self.number(leaving.count, "user")) would leave \
            \(Self.number(changes.left.count, "membership"))</li>\
            \(missing > 0 ? "<li>\(Self.number(missing, "group")) would be marked as not found in Okta</li>" : HTML.empty)</ul>
            """
        let approve = PostForm(
            OktaPath.approval(run.id),
            csrf: visitor.csrf,
            isInline: true,
            Button("Approve", .danger).html
        )
        let discard = PostForm(
            OktaPath.discard(run.id),
            csrf: visitor.csrf,
            isInline: true,
            Button("Discard", .secondary).html
        )
        let buttons: HTML = visitor.mayChange ? "\(approve)\(discard)" : .empty
        return Card(
            "This waits for your approval",
            """
            <p>Okta no longer lists these users in the chosen groups. So many at once may be a mistake, for example an \
            API token that sees less than before, so they keep their access; everything else was done. Look at the groups \
            in Okta before you answer.</p>\(losses)\(people)\
            <p class="soft small">Approve lets this happen now. Discard leaves it; the next synchronization asks again if \
            Okta still says the same.</p>\(buttons.within("actions"))
            """
        ).html
    }

    private static func number(_ count: Int, _ thing: String) -> String {
        "\(Counts.grouped(count)) \(thing)\(count == 1 ? "" : "s")"
    }
}
