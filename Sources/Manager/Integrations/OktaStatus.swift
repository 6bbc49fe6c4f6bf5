import Access
import Directory
import Foundation
import Storage
import WebUI

/// How the integration fares, on top of its window: badge, last and next synchronization, counts, what stands in the way.
struct OktaStatus: Component {
    let integration: OktaIntegration
    /// The one that runs, else the latest; nil before the first.
    let run: SyncRun?
    /// nil while nothing is synchronized.
    let schedule: SyncSchedule?
    /// The run that waits for approval, which need not be the latest; nil where none does.
    let held: SyncRun.ID?
    let chosenGroups: Int
    let users: [Standing: Int]
    /// When the page before asked for a synchronization.
    let requestedAt: Date?
    let visitor: Visitor
    let now: Date

    var html: HTML {
        Live(
            id: "okta-status",
            isLive: isRunning || isQueued,
            Card(
                integration.domain,
                note: "\(OktaIntegration.label(of: integration))<span class=\"soft\">\(when)</span>",
                actions: actions,
                "\(progress)\(notice)\(counts)\(times)"
            ).html
        ).html
    }

    private var isRunning: Bool { run?.state == .running }

    /// For at most half a minute: after that the request was answered otherwise, and the history says how.
    private var isQueued: Bool {
        guard let requestedAt, now.timeIntervalSince(requestedAt) < 30 else { return false }
        return run.map { $0.startedAt < requestedAt } ?? true
    }

    private var when: HTML {
        if isRunning, let run {
            let seconds = max(1, Int(now.timeIntervalSince(run.startedAt)))
            return "Syncing for \(TimeText.duration(milliseconds: seconds * 1000))"
        }
        if isQueued { return "Queued" }
        guard let lookedAt = integration.lastSyncAt else { return "Never synchronized" }
        return "Looked for changes \(TimeText(lookedAt, now: now))"
    }

    /// When everything was read last, and when it goes on by itself.
    private var times: HTML {
        let full = integration.lastFullSyncAt.map { "Full synchronization \(TimeText($0, now: now)). " as HTML }
        let line: HTML = "\(full)\(next)"
        return line.isEmpty ? .empty : "<p class=\"soft small\">\(line)</p>"
    }

    /// Nothing while it is at it, or never does.
    private var next: HTML {
        guard let schedule, !isRunning, !isQueued else { return .empty }
        let look: HTML =
            schedule.nextLookAt.timeIntervalSince(now) < 10 ? "now" : TimeText(schedule.nextLookAt, now: now).html
        guard schedule.nextLookAt < schedule.nextFullAt else { return "Next full synchronization \(look)." }
        return "Next look for changes \(look), next full synchronization \(TimeText(schedule.nextFullAt, now: now))."
    }

    private var actions: HTML {
        let history = Button("Run history", .plain, to: OktaPath.runs)
        guard visitor.mayChange else { return history.html }
        let links: HTML = "\(history)\(Button("Preview", .plain, to: OktaPath.preview))"
        guard integration.synchronization, !isRunning, !isQueued else { return links }
        let sync = PostForm(OktaPath.runs, csrf: visitor.csrf, isInline: true, Button("Sync now", .secondary).html)
        return "\(links)\(sync)"
    }

    private var progress: ProgressBar? {
        if isRunning { return run?.progressBar ?? ProgressBar("Starting", done: 0, of: nil) }
        return isQueued ? ProgressBar("Waiting to start", done: 0, of: nil) : nil
    }

    /// What stopped it comes first: until that is mended nothing else can be.
    private var notice: HTML {
        let isStopped = integration.badge == .stopped
        let waiting = held.map { run in
            Notice(
                "A synchronization waits for your approval.",
                .warning,
                detail: Link("See what it would take away", to: OktaPath.run(run)).html
            )
        }
        guard let problem = integration.problem, isStopped || waiting == nil else { return "\(waiting)" }
        let mended = Notice(
            problem.what,
            isStopped ? .negative : .warning,
            detail: "\(problem.remedy) \(isStopped ? problem.mendingStep : nil)"
        )
        return "\(mended)\(waiting)"
    }

    private var counts: Counts {
        let list = Section.users.path
        return Counts([
            .init(chosenGroups, "groups chosen", to: OktaPath.preferences.fragment(Mapping.id)),
            .init(users[.active] ?? 0, "active users", to: list.query("status", Standing.active.rawValue)),
            .init(users[.inactive] ?? 0, "inactive", to: list.query("status", Standing.inactive.rawValue)),
            .init(users[.banned] ?? 0, "banned", to: list.query("status", Standing.banned.rawValue)),
        ])
    }
}
