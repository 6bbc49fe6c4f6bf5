import Storage
import WebUI

extension SyncRun {
    /// The result, as the history shows it.
    var badge: Badge {
        switch state {
        case .running: Badge("Running", .info)
        case .succeeded: warnings.isEmpty ? Badge("Succeeded", .positive) : Badge("With warnings", .warning)
        case .failed: Badge("Failed", .negative)
        case .held: Badge("Waits for approval", .warning)
        case .approved: Badge("Approved")
        case .dismissed: Badge("Discarded")
        }
    }

    /// How much of Okta it read.
    var modeWord: String {
        switch mode {
        case .full: "Full"
        case .incremental: "What changed"
        case .events: "Event"
        }
    }

    /// What started it.
    var cause: String {
        let who = requestedBy.map { " by \($0)" } ?? ""
        return switch trigger {
        case .schedule: "On schedule"
        case .manual: "Sync now" + who
        case .firstSync: "First synchronization" + who
        case .settings: "Changed settings" + who
        case .commandLine: "Command line" + who
        case .event: "Event from Okta"
        case .approval: "Approval" + who
        }
    }

    /// nil while nothing is known of how far it is.
    var progressBar: ProgressBar? {
        progress.map { progress in
            let amount = progress.total.map { "\(Counts.grouped(progress.done)) of \(Counts.grouped($0))" }
            let label = amount.map { "\(progress.stage): \($0)" } ?? progress.stage
            return ProgressBar(label, done: progress.done, of: progress.total)
        }
    }

    /// How long it took; empty while it runs.
    var took: String {
        finishedAt == nil ? "" : TimeText.duration(milliseconds: counts.durationMilliseconds)
    }
    /// How long requests were held back for Okta's rate limits; a dash for not at all.
    var waited: String {
        counts.rateLimitWaitMilliseconds == 0
            ? "–" : TimeText.duration(milliseconds: counts.rateLimitWaitMilliseconds)
    }
}
