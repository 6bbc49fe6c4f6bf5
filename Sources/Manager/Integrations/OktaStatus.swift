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
                "\(progress)\(notice)\(counts)\(next)"
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
        let full = integration.lastFullSyncAt.map { ", full synchronization \(TimeText($0, now: now))" as HTML }
        return "Looked for changes \(TimeText(lookedAt, now: now))\(full)"
    }

    /// When it goes on by itself; nothing while that is now, or never.
    private var next: HTML {
        guard let schedule, !isRunning, !isQueued else { return .empty }
        let look = schedule.nextLookAt.timeIntervalSince(now) < 10 ? "now" : due(schedule.nextLookAt)
        let words: HTML =
            schedule.nextFullAt <= schedule.nextLookAt
            ? "Next full synchronization \(look)."
            : "Next look for changes \(look), next full synchronization \(due(schedule.nextFullAt))."
        return "<p class=\"soft small\">\(words)</p>"
    }

    private func due(_ date: Date) -> HTML { TimeText(date, now: now).html }

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

    private var notice: HTML {
        if let held {
            return Notice(
                "A synchronization waits for your approval.",
                .warning,
                detail: "\(Link("See what it would take away", to: OktaPath.run(held)))"
            ).html
        }
        guard let problem = integration.problem else { return .empty }
        let tone: Badge.Tone = integration.badge == .stopped ? .negative : .warning
        return Notice(
            problem.what,
            tone,
            detail: "\(problem.remedy) \(tone == .negative ? problem.mendingStep : nil)"
        ).html
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
